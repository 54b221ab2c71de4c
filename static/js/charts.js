// Draws every [data-chart]: the Vega-Lite specification is the JSON script that follows it.
(function () {
  "use strict";
  const addresses = document.currentScript.dataset;
  const drawn = new Map();
  let loading = null;

  function load(src) {
    return new Promise((resolve, reject) => {
      const script = document.createElement("script");
      script.src = src;
      script.onload = resolve;
      script.onerror = () => reject(new Error(`cannot load ${src}`));
      document.head.append(script);
    });
  }

  // Half a megabyte of drawing code comes only to the pages that hold a chart.
  function library() {
    loading ??= load(addresses.vega).then(() => load(addresses.vegaLite)).then(() => load(addresses.vegaEmbed));
    return loading;
  }

  // Vega understands plain colours only: a canvas turns light-dark() and the rest into one.
  const pixel = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  function colour(name, probe) {
    probe.className = `probe-${name}`;
    pixel.clearRect(0, 0, 1, 1);
    pixel.fillStyle = getComputedStyle(probe).color;
    pixel.fillRect(0, 0, 1, 1);
    const [red, green, blue] = pixel.getImageData(0, 0, 1, 1).data;
    return `rgb(${red},${green},${blue})`;
  }

  function theme() {
    const probe = document.createElement("span");
    document.body.append(probe);
    const [ink, soft, line, strong] = ["ink", "ink-soft", "line", "line-strong"].map((name) => colour(name, probe));
    probe.remove();
    const font = getComputedStyle(document.body).fontFamily;
    return {
      background: "transparent",
      font,
      view: { stroke: null },
      axis: {
        labelColor: soft, titleColor: soft, tickColor: strong, domainColor: strong, gridColor: line, labelFontSize: 12,
        titleFontSize: 12, titleFontWeight: 500, labelLimit: 190, titlePadding: 10, labelPadding: 6, tickSize: 4,
      },
      legend: { labelColor: soft, titleColor: soft, labelFontSize: 12, titleFontSize: 12, titleFontWeight: 500, labelLimit: 260 },
      title: { color: ink, subtitleColor: soft, fontSize: 14, fontWeight: 600, anchor: "start" },
      header: { labelColor: soft, titleColor: soft },
      text: { color: ink },
      rule: { color: soft },
    };
  }

  // Vega knows the months of English only.
  function wordsOfTime() {
    if (!document.documentElement.lang.startsWith("zh")) return {};
    const months = Array.from({ length: 12 }, (_, month) => `${month + 1}月`);
    const days = [..."日一二三四五六"].map((day) => `周${day}`);
    return {
      timeFormatLocale: {
        dateTime: "%Y年%-m月%-d日 %H:%M", date: "%Y年%-m月%-d日", time: "%H:%M", periods: ["上午", "下午"],
        days, shortDays: days, months, shortMonths: months,
      },
    };
  }

  function specification(frame) {
    const source = frame.parentElement.querySelector(":scope > script[type='application/json']");
    return source ? JSON.parse(source.textContent) : null;
  }

  async function draw(frame) {
    const spec = specification(frame);
    if (!spec) return;
    await library();
    drawn.get(frame)?.finalize();
    const result = await window.vegaEmbed(frame, spec, {
      actions: false,
      ast: true,
      config: theme(),
      defaultStyle: false,
      loader: { http: { credentials: "same-origin" } },
      mode: "vega-lite",
      renderer: "canvas",
      tooltip: { disableDefaultStyle: true },
      ...wordsOfTime(),
    });
    drawn.set(frame, result);
    frame.removeAttribute("aria-busy");
  }

  function drawAll(within, again = false) {
    const frames = [...(within.querySelectorAll?.("[data-chart]") ?? [])];
    if (within.matches?.("[data-chart]")) frames.push(within);
    frames.filter((frame) => again || !drawn.has(frame)).forEach((frame) => {
      draw(frame).catch((error) => {
        frame.removeAttribute("aria-busy");
        console.error(error);
        frame.textContent = frame.dataset.failed;
      });
    });
  }

  function forget() {
    for (const [frame, result] of drawn) {
      if (frame.isConnected) continue;
      result.finalize();
      drawn.delete(frame);
    }
  }

  drawAll(document);
  document.addEventListener("htmx:load", (event) => { forget(); drawAll(event.detail.elt); });
  document.addEventListener("trimtab:theme", () => drawAll(document, true));
  // A container that was closed or hidden has no width until it opens.
  document.addEventListener("toggle", () => window.dispatchEvent(new Event("resize")), true);
})();
