from django.urls import reverse
from apps.jobs.testing import run_now
from apps.planning import services
from tests.planning.worlds import record_all
def test_page(browser, workspace, django_assert_max_num_queries):
    assert browser.get(reverse("dashboards:overview", args=[workspace.slug])).status_code == 200
    record_all(workspace, candidates={"better": (0.91, 700, 2.6)})
    run_now(services.start(workspace=workspace))
    import time
    for _ in range(2):
        t = time.time(); r = browser.get(reverse("dashboards:overview", args=[workspace.slug])); print(time.time()-t)
    from django.db import connection
    from django.test.utils import CaptureQueriesContext
    with CaptureQueriesContext(connection, ) as c:
        browser.get(reverse("dashboards:overview", args=[workspace.slug]))
    for q in c.captured_queries: print(q["sql"][:150])
    r = browser.get("/api/v1/overview/"); print(r.content.decode()[:1500])
