"use strict";
// Frames are 12 numbers: a rotation, row by row, then a position. Meshes are flat lists of points, normals and triangles in a link's frame.

const identity = [1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0];

function compose(a, b) {
  const c = new Array(12);
  for (let i = 0; i < 3; i++) {
    for (let j = 0; j < 3; j++) {
      c[3 * i + j] = a[3 * i] * b[j] + a[3 * i + 1] * b[3 + j] + a[3 * i + 2] * b[6 + j];
    }
    c[9 + i] = a[3 * i] * b[9] + a[3 * i + 1] * b[10] + a[3 * i + 2] * b[11] + a[9 + i];
  }
  return c;
}

function apply(frame, p) {
  return [0, 1, 2].map(i => frame[3 * i] * p[0] + frame[3 * i + 1] * p[1] + frame[3 * i + 2] * p[2] + frame[9 + i]);
}

function turn(axis, angle) {
  const [x, y, z] = axis, s = Math.sin(angle), c = Math.cos(angle), k = 1 - c;
  return [k * x * x + c, k * x * y - s * z, k * x * z + s * y, k * x * y + s * z, k * y * y + c, k * y * z - s * x, k * x * z - s * y, k * y * z + s * x, k * z * z + c, 0, 0, 0];
}

// The frames of all links at joint positions q.
function place(robot, q) {
  const frames = [];
  for (const link of robot.links) {
    if (link.parent < 0) {
      frames.push(identity);
      continue;
    }
    let frame = compose(frames[link.parent], link.origin);
    if (link.joint >= 0) {
      const value = q[link.joint];
      frame = compose(frame, link.slides ? [1, 0, 0, 0, 1, 0, 0, 0, 1, ...link.axis.map(x => x * value)] : turn(link.axis, value));
    }
    frames.push(frame);
  }
  return frames;
}

const minus = (a, b) => [a[0] - b[0], a[1] - b[1], a[2] - b[2]];
const dot = (a, b) => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
const cross = (a, b) => [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]];
const unit = a => { const l = Math.hypot(a[0], a[1], a[2]) || 1; return [a[0] / l, a[1] / l, a[2] / l]; };

// A surface of rings around the axis from one point to another. Each ring: how far along (m), its radius, and the slope of its normal.
function lathe(from, to, rings, sides) {
  const w = unit(minus(to, from)), least = Math.abs(w[0]) < 0.6 ? [1, 0, 0] : [0, 1, 0], u = unit(cross(w, least)), v = cross(w, u);
  const points = [], normals = [], triangles = [];
  rings.forEach(([along, radius, outward, up], ring) => {
    for (let k = 0; k < sides; k++) {
      const c = Math.cos(2 * Math.PI * k / sides), s = Math.sin(2 * Math.PI * k / sides);
      for (let i = 0; i < 3; i++) {
        const across = c * u[i] + s * v[i];
        points.push(from[i] + w[i] * along + across * radius);
        normals.push(across * outward + w[i] * up);
      }
      if (ring > 0) {
        const a = (ring - 1) * sides + k, b = (ring - 1) * sides + (k + 1) % sides;
        triangles.push(a, b, a + sides, b, b + sides, a + sides);
      }
    }
  });
  return { points: Float64Array.from(points), normals: Float64Array.from(normals), triangles: Uint16Array.from(triangles) };
}

function capsule(from, to, radius, sides = 14) {
  const length = Math.hypot(...minus(to, from)), rings = [], steps = 4;
  for (let k = -steps; k <= steps; k++) {
    if (k === 0) {
      rings.push([0, radius, 1, 0], [length, radius, 1, 0]);
      continue;
    }
    const angle = Math.PI / 2 * k / steps, c = Math.cos(angle), s = Math.sin(angle);
    rings.push([(k > 0 ? length : 0) + radius * s, radius * c, c, s]);
  }
  return lathe(from, to, rings, sides);
}

function cylinder(from, to, radius, sides = 18) {
  const length = Math.hypot(...minus(to, from));
  return lathe(from, to, [[0, 0, 0, -1], [0, radius, 0, -1], [0, radius, 1, 0], [length, radius, 1, 0], [length, radius, 0, 1], [length, 0, 0, 1]], sides);
}

function sphere(centre, radius) {
  return capsule(centre, [centre[0], centre[1], centre[2] + 1e-9 * radius], radius, 18);
}

// A mesh moved into a frame and stretched along its own axes first.
function moved(mesh, frame, stretch = [1, 1, 1]) {
  const points = new Float64Array(mesh.points.length), normals = new Float64Array(mesh.points.length), rotation = [...frame.slice(0, 9), 0, 0, 0];
  for (let i = 0; i < points.length; i += 3) {
    points.set(apply(frame, [0, 1, 2].map(k => mesh.points[i + k] * stretch[k])), i);
    normals.set(unit(apply(rotation, [0, 1, 2].map(k => mesh.normals[i + k] / stretch[k]))), i);
  }
  return { points, normals, triangles: mesh.triangles };
}

function box() {
  const points = [], normals = [], triangles = [];
  for (let axis = 0; axis < 3; axis++) {
    for (const side of [-1, 1]) {
      const first = points.length / 3;
      for (const [u, v] of [[-1, -1], [1, -1], [1, 1], [-1, 1]]) {
        const p = [0, 0, 0], n = [0, 0, 0];
        [p[axis], p[(axis + 1) % 3], p[(axis + 2) % 3], n[axis]] = [side / 2, u / 2, v / 2, side];
        points.push(...p);
        normals.push(...n);
      }
      triangles.push(first, first + 1, first + 2, first, first + 2, first + 3);
    }
  }
  return { points: Float64Array.from(points), normals: Float64Array.from(normals), triangles: Uint16Array.from(triangles) };
}

// A simple body of a description, in its link's frame.
function body(visual) {
  const [x, y, z] = visual.extents, half = Math.max(0, z / 2 - x / 2);
  switch (visual.shape) {
    case "box": return moved(box(), visual.origin, [x, y, z]);
    case "cylinder": return moved(cylinder([0, 0, -z / 2], [0, 0, z / 2], x / 2), visual.origin);
    case "capsule": return moved(capsule([0, 0, -half], [0, 0, half + 1e-9 * x], x / 2, 18), visual.origin);
    default: return moved(sphere([0, 0, 0], 0.5), visual.origin, [x, y, z]);
  }
}

// What a robot is drawn of: meshes with the link that each moves with. Links that the description draws with simple bodies are drawn
// with these, the others as capsules from joint to joint.
function parts(robot, plain = false) {
  const list = [], drawn = new Set(plain ? [] : robot.visuals.map(visual => visual.link));
  robot.capsules.forEach((c, i) => { if (!drawn.has(c.link)) { list.push({ link: c.link, colour: i % 2 ? "link2" : "link", mesh: capsule(c.from, c.to, c.radius) }); } });
  for (const visual of plain ? [] : robot.visuals) {
    list.push({ link: visual.link, colour: visual.link % 2 ? "link2" : "link", mesh: body(visual) });
  }
  for (const [index, link] of robot.links.entries()) {
    if (link.joint >= 0) {
      const half = link.slides ? 2.2 : 1.45, r = link.radius * (link.slides ? 0.6 : 1.12), a = link.axis.map(x => x * half * link.radius);
      list.push({ link: index, colour: "joint", mesh: cylinder(a.map(x => -x), a, r) });
    }
  }
  const tip = robot.links[robot.endEffector];
  list.push({ link: robot.endEffector, colour: "joint", mesh: sphere([0, 0, 0], tip.radius * 0.9), tip: true });
  return list;
}
