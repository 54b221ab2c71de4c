from django.urls import reverse

from apps.jobs.testing import run_now
from apps.planning import services
from tests.planning.worlds import record_all


def test_page(browser, workspace):
    record_all(workspace, candidates={"better": (0.91, 700, 2.6)})
    job = run_now(services.start(workspace=workspace))
    assert job.state == "succeeded", job.error_message
    import time
    for _ in range(3):
        t = time.time()
        html = browser.get(reverse("planning:home", args=[workspace.slug])).content.decode()
        print("page", time.time() - t)
    sid = job.params["scenario_id"]
    for p in (50, 51, 52):
        t = time.time()
        r = browser.get(reverse("planning:what-if", args=[workspace.slug, sid]), {"price": p})
        print("whatif", time.time() - t, r.status_code, len(r.content))
    open("/tmp/page.html", "w").write(html)
