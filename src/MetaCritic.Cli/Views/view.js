// The page: panels with a canvas each, one camera and one clock for all.

(() => {
  const scene = JSON.parse(document.getElementById("data").textContent);
  const find = id => document.getElementById(id);
  const make = (name, text, kind) => { const e = document.createElement(name); if (text !== undefined) { e.textContent = text; } if (kind) { e.className = kind; } return e; };
  const degrees = angle => angle * 180 / Math.PI;
  const figures = value => Number(value.toPrecision(3));
  const panels = [], clocks = [];
  const robots = scene.robots.map(robot => ({ ...robot, parts: parts(robot) }));
  const duration = Math.max(0.001, ...scene.runs.flatMap(run => run.stages.map(stage => stage.times[stage.times.length - 1] - stage.times[0])));
  let time = 0, playing = false, last = 0, dirty = true, colours = {};

  // What a squared error is as a distance: 0.003 rad² is 3.1°.
  function distance(robot, error) {
    const joints = robot.joints, root = Math.sqrt(error);
    return joints.every(j => j.turns) ? `${figures(degrees(root))}°` : joints.every(j => !j.turns) ? `${figures(1000 * root)} mm` : `${figures(root)} (rad or m)`;
  }

  const signed = (value, digits) => (Math.abs(value) < 0.5 * 10 ** -digits ? 0 : value).toFixed(digits).replace("-", "−");
  const amount = (joint, value) => joint.turns ? `${signed(degrees(value), 1)}°` : `${signed(1000 * value, 1)} mm`;

  const finalError = stage => stage.diverged || !stage.errors.length ? null : stage.errors[stage.errors.length - 1];
  const arrived = run => { const error = finalError(run.stages[run.stages.length - 1]); return error !== null && error <= scene.tolerance; };

  // Whether an arm arrived, in words.
  function verdict(run) {
    const robot = robots[run.robot], stage = run.stages[run.stages.length - 1], first = run.stages[0];
    if (!run.goal) {
      return ["", "There is no goal in this recording: it shows where the arm went."];
    }
    const whole = robot.joints.length > 1 ? ", averaged over the joints" : "";
    const began = run.stages.length > 1 ? (first.diverged ? " Before fitting it went out of control." : ` Before fitting it ended ${distance(robot, finalError(first))} away.`) : "";
    if (stage.diverged) {
      return ["bad", `Did not arrive: the arm went out of control.${began}`];
    }
    const off = distance(robot, finalError(stage)), limit = distance(robot, scene.tolerance);
    return arrived(run)
      ? ["good", `Arrived: the arm ends ${off} from its goal${whole}; up to ${limit} counts as arrived.${began}`]
      : ["bad", `Did not arrive: the arm ends ${off} from its goal${whole}; up to ${limit} would count as arrived.${began}`];
  }

  // Pose of a stage at a time since its beginning: between two samples, straight.
  function pose(stage, t) {
    const times = stage.times, now = times[0] + t;
    if (now >= times[times.length - 1]) {
      return stage.positions[times.length - 1];
    }
    let low = 0, high = times.length - 1;
    while (high - low > 1) {
      const middle = low + high >> 1;
      if (times[middle] <= now) { low = middle; } else { high = middle; }
    }
    const f = Math.max(0, (now - times[low]) / (times[high] - times[low]));
    return stage.positions[low].map((q, i) => q + f * (stage.positions[high][i] - q));
  }

  // What the camera must see: every link at some times, and the goal.
  function bounds() {
    const low = [Infinity, Infinity, Infinity], high = [-Infinity, -Infinity, -Infinity];
    const take = (robot, q) => place(robot, q).forEach(frame => { for (let i = 0; i < 3; i++) { low[i] = Math.min(low[i], frame[9 + i]); high[i] = Math.max(high[i], frame[9 + i]); } });
    for (const run of scene.runs) {
      const robot = robots[run.robot];
      if (run.goal) { take(robot, run.goal); }
      for (const stage of run.stages.filter(stage => !stage.diverged)) {
        for (let i = 0; i <= 20; i++) { take(robot, stage.positions[Math.round(i / 20 * (stage.positions.length - 1))]); }
      }
    }
    robots.forEach(robot => take(robot, robot.rest));
    return [low, high];
  }

  function startCamera() {
    const [low, high] = bounds(), size = high.map((x, i) => x - low[i]), reach = Math.max(...robots.map(robot => robot.reach));
    const flat = size[2] < 0.12 * Math.max(size[0], size[1], 1e-9) && robots.every(robot => robot.links.every(link => link.joint < 0 || Math.abs(link.axis[2]) > 0.99));
    const radius = scene.runs.length ? Math.max(0.5 * Math.hypot(...size), 0.35 * reach) : 0.7 * reach;
    return { yaw: flat ? -Math.PI / 2 : -0.9, pitch: flat ? 1.2 : 0.42, distance: 2.2 * radius + 0.05 * reach, target: low.map((x, i) => (x + high[i]) / 2) };
  }

  const home = startCamera();
  let camera = { ...home };

  function paint(panel) {
    const { raster, robot, run, stage } = panel;
    if (!raster.begin(colours.panel)) {
      return;
    }
    raster.look(camera);
    grid(raster, robot);
    const q = panel.pose();
    panel.canvas.dataset.pose = JSON.stringify(q);
    robotAt(raster, robot, q, false);
    if (run && run.goal) {
      robotAt(raster, robot, run.goal, true);
    }
    if (stage) {
      const points = [];
      for (let i = 0; i <= 60 && time > 0; i++) {
        points.push(tip(robot, pose(stage, time * i / 60)));
      }
      points.slice(1).forEach((p, i) => raster.line(points[i], p, colours.trace, 1.5));
    }
    raster.end();
  }

  const tip = (robot, q) => place(robot, q)[robot.endEffector].slice(9);

  function robotAt(raster, robot, q, ghost) {
    const frames = place(robot, q);
    for (const part of robot.parts) {
      raster.mesh(part.mesh, frames[part.link], ghost ? colours.ghost : colours[part.colour], ghost);
    }
    for (const [index, link] of robot.links.entries()) {
      if (link.slides && Math.abs(q[link.joint]) > 0.2 * link.radius) {
        const back = link.axis.map(x => -x * q[link.joint]);
        raster.mesh(capsule(back, [0, 0, 0], 0.5 * link.radius, 8), frames[index], ghost ? colours.ghost : colours.link2, ghost);
      }
    }
  }

  function grid(raster, robot) {
    const step = 10 ** Math.floor(Math.log10(robot.reach)) / 2, n = Math.ceil(1.3 * robot.reach / step);
    for (let i = -n; i <= n; i++) {
      raster.line([i * step, -n * step, 0], [i * step, n * step, 0], colours.grid, 0.5);
      raster.line([-n * step, i * step, 0], [n * step, i * step, 0], colours.grid, 0.5);
    }
  }

  function theme(name) {
    document.documentElement.dataset.theme = name;
    const style = getComputedStyle(document.documentElement);
    for (const key of ["panel", "link", "link2", "joint", "ghost", "trace", "grid"]) {
      const hex = style.getPropertyValue(`--${key}`).trim();
      colours[key] = [1, 3, 5].map(i => parseInt(hex.slice(i, i + 2), 16));
    }
    dirty = true;
  }

  function addCanvas(parent, panel, label) {
    const canvas = make("canvas");
    canvas.tabIndex = 0;
    canvas.setAttribute("role", "img");
    canvas.setAttribute("aria-label", label);
    parent.appendChild(canvas);
    panel.canvas = canvas;
    panel.raster = new Raster(canvas);
    panels.push(panel);
    orbit(canvas);
  }

  // One finger or the mouse turns, two fingers or the wheel zoom, arrow keys turn too.
  function orbit(canvas) {
    const fingers = new Map();
    const spread = () => { const [a, b] = [...fingers.values()]; return Math.hypot(a[0] - b[0], a[1] - b[1]); };
    const zoom = factor => { camera.distance = Math.min(20 * home.distance, Math.max(0.15 * home.distance, camera.distance * factor)); dirty = true; };
    const spin = (dx, dy) => { camera.yaw -= dx; camera.pitch = Math.min(1.55, Math.max(-1.55, camera.pitch + dy)); dirty = true; };
    canvas.addEventListener("pointerdown", e => { canvas.setPointerCapture(e.pointerId); fingers.set(e.pointerId, [e.clientX, e.clientY]); });
    canvas.addEventListener("pointermove", e => {
      const before = fingers.get(e.pointerId);
      if (!before) { return; }
      const wide = fingers.size === 2 ? spread() : 0;
      fingers.set(e.pointerId, [e.clientX, e.clientY]);
      if (fingers.size === 2) { zoom(wide / Math.max(1, spread())); } else if (fingers.size === 1) { spin((e.clientX - before[0]) * 0.008, (e.clientY - before[1]) * 0.008); }
    });
    for (const kind of ["pointerup", "pointercancel"]) { canvas.addEventListener(kind, e => fingers.delete(e.pointerId)); }
    canvas.addEventListener("wheel", e => { e.preventDefault(); zoom(Math.exp(e.deltaY * 0.001)); }, { passive: false });
    canvas.addEventListener("dblclick", () => { camera = { ...home }; dirty = true; });
    canvas.addEventListener("keydown", e => {
      const step = { ArrowLeft: [-0.1, 0], ArrowRight: [0.1, 0], ArrowUp: [0, 0.1], ArrowDown: [0, -0.1] }[e.key];
      if (step) { spin(...step); e.preventDefault(); }
      if (e.key === "+" || e.key === "-") { zoom(e.key === "+" ? 0.9 : 1.1); }
    });
  }

  function addRun(run) {
    const robot = robots[run.robot], article = make("article"), [kind, words] = verdict(run);
    article.appendChild(make("h2", run.note ? `${run.name}: ${run.note}` : run.name));
    article.appendChild(make("p", words, `verdict ${kind}`));
    const stages = make("div", undefined, "stages");
    const kinds = run.stages.length === 1 ? ["s2"] : run.stages.length === 2 ? ["s0", "s2"] : ["s0", "s1", "s2"];
    const shown = run.stages.length === 3 && scene.runs.length > 1 ? [0, 2] : run.stages.map((_, i) => i);
    for (const i of shown) {
      const stage = run.stages[i], figure = make("figure", undefined, run.stages.length === 3 && i === 1 ? "half" : "");
      addCanvas(figure, { robot, run, stage, pose: () => pose(stage, time) }, `${robot.name}, ${stage.name}; the green arm is the goal`);
      const caption = make("figcaption"), error = finalError(stage);
      caption.appendChild(make("b", stage.name));
      caption.appendChild(document.createTextNode(stage.diverged ? ": out of control" : error === null ? "" : `: ${distance(robot, error)} from the goal`));
      figure.appendChild(caption);
      stages.appendChild(figure);
    }
    if (shown.length === 1) { article.classList.add("only"); }
    if (scene.runs.length === 1) { article.classList.add("alone"); }
    article.appendChild(stages);
    if (run.goal) {
      const unit = robot.joints.every(j => j.turns) ? "rad²" : robot.joints.every(j => !j.turns) ? "m²" : "rad², m²";
      const charts = make("div", undefined, "charts");
      clocks.push(chart(charts, {
        title: `error over time, ${unit}`, across: "time, s", limit: scene.tolerance, moves: true,
        series: run.stages.map((s, i) => ({ kind: kinds[i], label: run.stages.length > 1 ? { s0: "before", s1: "half-way", s2: "after" }[kinds[i]] : "", points: s.errors.map((e, k) => [s.times[k] - s.times[0], e]) })),
      }));
      if (run.curve.length > 1) {
        const points = run.curve.map((e, k) => [k, e]).filter(p => p[1] !== null);
        chart(charts, { title: `error at the end over updates, ${unit}`, across: "policy updates", limit: scene.tolerance, series: [{ kind: "s2", points, dots: points.slice(-1) }] });
      }
      article.appendChild(charts);
      article.appendChild(joints(robot, run));
    }
    find("runs").appendChild(article);
  }

  function joints(robot, run) {
    const details = make("details"), wide = make("div", undefined, "wide"), table = make("table"), stage = run.stages[run.stages.length - 1], end = stage.positions[stage.positions.length - 1];
    details.appendChild(make("summary", "each joint"));
    const row = (name, cells) => { const tr = make("tr"); cells.forEach(cell => tr.appendChild(make(name, cell))); table.appendChild(tr); };
    row("th", ["joint", "goal", "reached", "off by"]);
    robot.joints.forEach((joint, i) => row("td", [joint.name, amount(joint, run.goal[i]), amount(joint, end[i]), amount(joint, end[i] - run.goal[i])]));
    wide.appendChild(table);
    details.appendChild(wide);
    return details;
  }

  function addRobot(robot) {
    const box = make("div", undefined, "robot only"), figure = make("figure"), side = make("div"), q = [...robot.rest];
    addCanvas(figure, { robot, pose: () => q }, `${robot.name}; the sliders move its joints`);
    const caption = make("figcaption", undefined, "number");
    figure.appendChild(caption);
    const say = () => { caption.textContent = `end effector ${robot.links[robot.endEffector].name} at (${tip(robot, q).map(x => signed(x, 3)).join(", ")}) m`; dirty = true; };
    const inputs = robot.joints.map((joint, i) => {
      const label = make("label", undefined, "slider"), input = make("input"), value = make("span", amount(joint, q[i]), "number");
      const limited = joint.lower !== null && joint.upper !== null && joint.upper > joint.lower, span = joint.turns ? Math.PI : robot.reach;
      Object.assign(input, { type: "range", min: limited ? joint.lower : -span, max: limited ? joint.upper : span, step: "any", value: q[i] });
      input.dataset.joint = joint.name;
      input.addEventListener("input", () => { q[i] = Number(input.value); value.textContent = amount(joint, q[i]); say(); });
      label.append(make("span", joint.name), value, input, make("small", limited ? `${amount(joint, joint.lower)} to ${amount(joint, joint.upper)}` : "no limits given"));
      side.appendChild(label);
      return () => { q[i] = robot.rest[i]; input.value = q[i]; value.textContent = amount(joint, q[i]); };
    });
    if (robot.visuals.length) {
      const label = make("label", undefined, "check"), check = make("input");
      Object.assign(check, { type: "checkbox", id: "bodies", checked: true });
      check.addEventListener("change", () => { robot.parts = parts(robot, !check.checked); dirty = true; });
      label.append(check, "bodies of the description instead of capsules from joint to joint");
      side.appendChild(label);
    }
    const back = make("button", "back to rest");
    back.type = "button";
    back.addEventListener("click", () => { inputs.forEach(undo => undo()); say(); });
    side.appendChild(back);
    box.append(figure, side);
    find("runs").appendChild(box);
    find("runs").style.display = "block";
    say();
  }

  function seek(t) {
    time = Math.min(duration, Math.max(0, t));
    find("scrub").value = time;
    find("clock").textContent = `${time.toFixed(2)} of ${duration.toFixed(2)} s`;
    clocks.forEach(move => move(time));
    dirty = true;
  }

  function play(on) {
    playing = on;
    find("play").textContent = on ? "Pause" : "Play";
    find("play").setAttribute("aria-pressed", String(on));
    if (on && time >= duration) { seek(0); }
  }

  let held = 0;
  function frame(now) {
    const passed = Math.min(0.1, (now - last) / 1000);
    last = now;
    if (playing && time >= duration) {
      held += passed;
      if (held > 1.2) { held = 0; seek(0); }
    } else if (playing) {
      seek(time + passed * Number(find("speed").value));
    }
    if (dirty) {
      dirty = false;
      panels.forEach(paint);
    }
    requestAnimationFrame(frame);
  }

  find("title").textContent = scene.title;
  if (scene.runs.length) {
    const goals = scene.runs.filter(run => run.goal), good = goals.filter(arrived).length;
    find("lead").textContent = goals.length ? "The solid arm moves. The green arm is the goal: where the solid one should end, at rest." : "The arm moves as it was recorded.";
    find("verdict").textContent = goals.length > 1 ? `${good} of ${goals.length} arrived.` : "";
    if (scene.runs.every(run => run.stages.length === 1)) { find("runs").className = "single-stage"; }
    scene.runs.forEach(addRun);
  } else {
    find("lead").textContent = "Move the joints with the sliders; turn the view with the mouse or a finger.";
    find("bar").hidden = true;
    find("bar").style.display = "none";
    robots.forEach(addRobot);
  }
  for (const [key, words] of scene.runs.length ? [["link", "arm"], ["joint", "joint axes and end effector"], ["ghost", "goal"], ["trace", "way of the end effector"]] : [["link", "links"], ["joint", "joint axes and end effector"]]) {
    const item = make("span"), dot = make("i");
    dot.style.background = `var(--${key})`;
    item.append(dot, words);
    find("legend").appendChild(item);
  }
  find("legend").appendChild(make("span", `Turn: drag. Zoom: wheel or two fingers.${scene.runs.length ? " Play or pause: space." : ""}`));

  find("scrub").max = duration;
  find("scrub").addEventListener("input", () => { play(false); seek(Number(find("scrub").value)); });
  find("play").addEventListener("click", () => play(!playing));
  find("reset").addEventListener("click", () => { camera = { ...home }; dirty = true; });
  find("theme").addEventListener("click", () => theme(document.documentElement.dataset.theme === "dark" ? "light" : "dark"));
  document.addEventListener("keydown", e => {
    if (e.key === " " && !(e.target instanceof HTMLButtonElement || e.target instanceof HTMLSelectElement || e.target.tagName === "SUMMARY")) { play(!playing); e.preventDefault(); }
  });
  const night = matchMedia("(prefers-color-scheme: dark)");
  night.addEventListener("change", () => theme(night.matches ? "dark" : "light"));
  new ResizeObserver(() => { dirty = true; }).observe(document.body);
  theme(night.matches ? "dark" : "light");
  seek(0);
  play(scene.runs.length > 0 && !matchMedia("(prefers-reduced-motion: reduce)").matches);
  requestAnimationFrame(now => { last = now; frame(now); });
})();
