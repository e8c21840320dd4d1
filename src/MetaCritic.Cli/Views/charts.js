// Curves as SVG, with a logarithmic axis of errors.

const svgNamespace = "http://www.w3.org/2000/svg";

function draw(parent, name, attributes, text) {
  const element = document.createElementNS(svgNamespace, name);
  for (const [key, value] of Object.entries(attributes)) {
    element.setAttribute(key, value);
  }
  if (text !== undefined) {
    element.textContent = text;
  }
  parent.appendChild(element);
  return element;
}

// 0.05, 1.5, 3e-5.
function short(value) {
  return value === 0 ? "0" : Math.abs(value) < 1e-3 || Math.abs(value) >= 1e5 ? value.toExponential(1) : String(Number(value.toPrecision(3)));
}

// Series: { points: [[x, y]], kind: "s0", label }. Returns what moves the mark of the present time.
function chart(parent, options) {
  const w = 320, h = 170, left = 46, right = 10, top = 22, bottom = 34;
  const svg = draw(parent, "svg", { viewBox: `0 0 ${w} ${h}`, role: "img", "aria-label": options.title });
  const all = options.series.flatMap(s => s.points), ys = all.map(p => p[1]).filter(y => y > 0).concat(options.limit > 0 ? [options.limit] : []);
  const high = Math.max(...ys, 1e-6) * 1.3, low = Math.max(Math.min(...ys) / 1.3, high * 1e-6), end = Math.max(...all.map(p => p[0]), 1e-9);
  const x = value => left + (w - left - right) * value / end;
  const y = value => h - bottom - (h - top - bottom) * (Math.log(Math.max(value, low)) - Math.log(low)) / (Math.log(high) - Math.log(low));
  draw(svg, "text", { x: left, y: 13, class: "title" }, options.title);
  draw(svg, "path", { class: "axis", d: `M${left} ${top}V${h - bottom}H${w - right}` });
  const decades = [];
  for (let e = Math.ceil(Math.log10(low)); e <= Math.log10(high); e++) {
    decades.push(10 ** e);
  }
  for (const value of decades.length > 1 ? decades.filter((_, i) => i % Math.ceil(decades.length / 4) === 0) : [low * 1.3, high / 1.3]) {
    draw(svg, "path", { class: "axis", d: `M${left - 3} ${y(value)}H${w - right}`, opacity: 0.6 });
    draw(svg, "text", { x: left - 6, y: y(value) + 4, "text-anchor": "end" }, short(value));
  }
  for (const f of [0, 0.5, 1]) {
    draw(svg, "text", { x: x(f * end), y: h - bottom + 14, "text-anchor": f === 0 ? "start" : f === 1 ? "end" : "middle" }, short(f * end));
  }
  draw(svg, "text", { x: (left + w - right) / 2, y: h - 4, "text-anchor": "middle" }, options.across);
  if (options.limit > 0) {
    draw(svg, "path", { class: "limit", d: `M${left} ${y(options.limit)}H${w - right}` });
    draw(svg, "text", { x: (left + w - right) / 2, y: y(options.limit) - 4, "text-anchor": "middle" }, "arrived below");
  }
  for (const s of options.series) {
    draw(svg, "path", { class: `curve ${s.kind}`, d: s.points.map((p, i) => `${i ? "L" : "M"}${x(p[0]).toFixed(1)} ${y(p[1]).toFixed(1)}`).join("") });
    for (const p of s.dots || []) {
      draw(svg, "circle", { cx: x(p[0]), cy: y(p[1]), r: 4, fill: "none", class: `curve ${s.kind}` });
    }
  }
  const labels = options.series.filter(s => s.label);
  if (labels.length) {
    const line = draw(svg, "text", { x: w - right, y: 13, "text-anchor": "end" });
    labels.forEach((s, i) => draw(line, "tspan", { class: s.kind, dx: i ? 6 : 0 }, s.label));
  }
  const now = draw(svg, "path", { class: "now", d: "", opacity: options.moves ? 1 : 0 });
  return value => now.setAttribute("d", `M${x(Math.min(value, end))} ${top}V${h - bottom}`);
}
