// A small renderer with a depth buffer, in software: it looks the same everywhere and needs no graphics card.

class Raster {
  constructor(canvas) {
    this.canvas = canvas;
    this.context = canvas.getContext("2d");
  }

  // Fits the canvas to the page; whether there is anything to draw on.
  begin(background) {
    const box = this.canvas.getBoundingClientRect();
    const scale = box.width * box.height > 300000 ? 1.5 : 2;
    const w = Math.round(box.width * scale), h = Math.round(box.height * scale);
    if (w < 2 || h < 2) {
      return false;
    }
    if (this.canvas.width !== w || this.canvas.height !== h || !this.image) {
      this.canvas.width = w;
      this.canvas.height = h;
      this.image = this.context.createImageData(w, h);
      this.colours = new Uint32Array(this.image.data.buffer);
      this.depths = new Float32Array(w * h);
      this.ghosts = new Uint32Array(w * h);
      this.ghostDepths = new Float32Array(w * h);
    }
    [this.w, this.h, this.scale] = [w, h, scale];
    this.colours.fill(0xff000000 | background[2] << 16 | background[1] << 8 | background[0]);
    this.depths.fill(0);
    this.ghostDepths.fill(0);
    return true;
  }

  end() {
    // What is half transparent lies over what is behind it; where it touches the solid it is not seen.
    const { colours, ghosts, depths, ghostDepths } = this;
    for (let k = 0; k < colours.length; k++) {
      if (ghostDepths[k] > depths[k] * 1.002) {
        colours[k] = 0xff000000 | ((colours[k] & 0xfefefe) >> 1) + ((ghosts[k] & 0xfefefe) >> 1);
      }
    }
    this.context.putImageData(this.image, 0, 0);
  }

  // The camera looks at a point from a distance; yaw about z, pitch above the horizon.
  look(camera) {
    const cy = Math.cos(camera.yaw), sy = Math.sin(camera.yaw), cp = Math.cos(camera.pitch), sp = Math.sin(camera.pitch);
    this.right = [-sy, cy, 0];
    this.up = [-sp * cy, -sp * sy, cp];
    this.back = [cp * cy, cp * sy, sp];
    this.camera = camera;
    this.focus = 1.9 * Math.min(this.w, this.h) / 2;
  }

  // Screen x, y and 1/distance.
  project(p) {
    const d = minus(p, this.camera.target), away = this.camera.distance - dot(d, this.back);
    const near = Math.max(away, this.camera.distance * 0.02), f = this.focus / near;
    return [this.w / 2 + dot(d, this.right) * f, this.h / 2 - dot(d, this.up) * f, 1 / near];
  }

  // A mesh in a frame; ghosts are half transparent.
  mesh(mesh, frame, colour, ghost) {
    const n = mesh.points.length / 3, screen = new Float64Array(4 * n), p = mesh.points, m = mesh.normals;
    const light = unit([0.35 * this.right[0] + 0.75 * this.up[0] + 0.9 * this.back[0], 0.35 * this.right[1] + 0.75 * this.up[1] + 0.9 * this.back[1], 0.35 * this.right[2] + 0.75 * this.up[2] + 0.9 * this.back[2]]);
    for (let i = 0; i < n; i++) {
      const at = apply(frame, [p[3 * i], p[3 * i + 1], p[3 * i + 2]]);
      const s = this.project(at);
      let bright = 0;
      for (let r = 0; r < 3; r++) {
        bright += light[r] * (frame[3 * r] * m[3 * i] + frame[3 * r + 1] * m[3 * i + 1] + frame[3 * r + 2] * m[3 * i + 2]);
      }
      screen.set([s[0], s[1], s[2], 0.5 + 0.55 * Math.max(0, bright)], 4 * i);
    }
    for (let t = 0; t < mesh.triangles.length; t += 3) {
      this.triangle(screen, 4 * mesh.triangles[t], 4 * mesh.triangles[t + 1], 4 * mesh.triangles[t + 2], colour, ghost);
    }
  }

  triangle(s, a, b, c, colour, ghost) {
    const depths = ghost ? this.ghostDepths : this.depths, colours = ghost ? this.ghosts : this.colours;
    const ax = s[a], ay = s[a + 1], bx = s[b], by = s[b + 1], cx = s[c], cy = s[c + 1];
    const area = (bx - ax) * (cy - ay) - (by - ay) * (cx - ax);
    if (!(Math.abs(area) > 1e-9)) {
      return;
    }
    const left = Math.max(0, Math.ceil(Math.min(ax, bx, cx))), right = Math.min(this.w - 1, Math.floor(Math.max(ax, bx, cx)));
    const top = Math.max(0, Math.ceil(Math.min(ay, by, cy))), bottom = Math.min(this.h - 1, Math.floor(Math.max(ay, by, cy)));
    for (let y = top; y <= bottom; y++) {
      for (let x = left; x <= right; x++) {
        const u = ((bx - x) * (cy - y) - (by - y) * (cx - x)) / area, v = ((cx - x) * (ay - y) - (cy - y) * (ax - x)) / area, w = 1 - u - v;
        if (u < -1e-9 || v < -1e-9 || w < -1e-9) {
          continue;
        }
        const depth = u * s[a + 2] + v * s[b + 2] + w * s[c + 2], k = y * this.w + x;
        if (depth <= depths[k]) {
          continue;
        }
        depths[k] = depth;
        const bright = u * s[a + 3] + v * s[b + 3] + w * s[c + 3];
        colours[k] = 0xff000000 | Math.min(255, colour[2] * bright) << 16 | Math.min(255, colour[1] * bright) << 8 | Math.min(255, colour[0] * bright);
      }
    }
  }

  // A line between points of the world, some pixels wide.
  line(from, to, colour, width = 1) {
    const a = this.project(from), b = this.project(to), steps = Math.ceil(Math.max(Math.abs(b[0] - a[0]), Math.abs(b[1] - a[1])));
    if (!(steps < 20000)) {
      return;
    }
    const packed = 0xff000000 | colour[2] << 16 | colour[1] << 8 | colour[0], size = Math.max(1, Math.round(width * this.scale));
    for (let i = 0; i <= steps; i++) {
      const f = steps ? i / steps : 0, x0 = Math.round(a[0] + f * (b[0] - a[0]) - size / 2), y0 = Math.round(a[1] + f * (b[1] - a[1]) - size / 2), depth = a[2] + f * (b[2] - a[2]);
      for (let y = Math.max(0, y0); y < Math.min(this.h, y0 + size); y++) {
        for (let x = Math.max(0, x0); x < Math.min(this.w, x0 + size); x++) {
          const k = y * this.w + x;
          if (depth >= this.depths[k] * 0.999) {
            this.depths[k] = Math.max(this.depths[k], depth);
            this.colours[k] = packed;
          }
        }
      }
    }
  }
}
