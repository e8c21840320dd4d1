// Numbers of a robot by MuJoCo, for MuJoCoTests. See README.md.
//   reference MODEL [FOLLOWER=LEADER,MULTIPLIER,OFFSET ...]
// Joints that follow others, which MuJoCo has as soft constraints or not at all, are projected out: q = G r + b, and
// (G'MG) r'' = G'(tau - c). Dry friction, which is a constraint in MuJoCo, is applied as the force -f tanh(q'/v).
#include <math.h>
#include <mujoco/mujoco.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAX 64

static unsigned long long seed = 88172645463325252ULL;

static double uniform(double low, double high) {
  seed ^= seed << 13;
  seed ^= seed >> 7;
  seed ^= seed << 17;
  return low + (high - low) * (double)(seed >> 11) / 9007199254740992.0;
}

static void row(const char* name, const double* x, int n) {
  printf("\"%s\":[", name);
  for (int i = 0; i < n; i++) printf("%s%.17g", i ? "," : "", x[i]);
  printf("]");
}

int main(int argc, char** argv) {
  char error[1000] = "";
  mjModel* m = mj_loadXML(argv[1], NULL, error, sizeof error);
  if (!m || m->nv > MAX || m->nq != m->nv) {
    fprintf(stderr, "%s: %s\n", argv[1], m ? "too large" : error);
    return 1;
  }

  // Damping stays; it is what MuJoCo calls passive.
  m->opt.disableflags |= mjDSBL_CONSTRAINT | mjDSBL_ACTUATION;
  mjData* d = mj_makeData(m);
  int n = m->nv, leader[MAX], column[MAX], r = 0;
  double multiplier[MAX], offset[MAX];
  for (int i = 0; i < n; i++) {
    leader[i] = i;
    multiplier[i] = 1;
    offset[i] = 0;
  }

  // In an order in which leaders come first.
  for (int k = 2; k < argc; k++) {
    char follower[100], of[100];
    double factor, shift;
    if (sscanf(argv[k], "%99[^=]=%99[^,],%lf,%lf", follower, of, &factor, &shift) != 4) return 1;
    int i = m->jnt_dofadr[mj_name2id(m, mjOBJ_JOINT, follower)], j = m->jnt_dofadr[mj_name2id(m, mjOBJ_JOINT, of)];
    leader[i] = leader[j];
    multiplier[i] = factor * multiplier[j];
    offset[i] = factor * offset[j] + shift;
  }

  printf("{\"source\":\"MuJoCo %s\",\"joints\":[", mj_versionString());
  for (int i = 0; i < n; i++) {
    if (leader[i] == i) {
      column[i] = r;
      printf("%s\"%s\"", r++ ? "," : "", m->names + m->name_jntadr[m->dof_jntid[i]]);
    }
  }
  for (int i = 0; i < n; i++) column[i] = column[leader[i]];
  printf("],\"cases\":[");
  for (int k = 0; k < 8; k++) {
    double q[MAX], v[MAX], tau[MAX], bias[MAX] = {0}, right[MAX] = {0}, full[MAX * MAX], reduced[MAX * MAX] = {0};
    for (int i = 0; i < r; i++) {
      q[i] = uniform(-1, 1);
      v[i] = uniform(-0.5, 0.5);
      tau[i] = uniform(-10, 10);
      right[i] = tau[i];
    }
    for (int i = 0; i < n; i++) {
      d->qpos[i] = multiplier[i] * q[column[i]] + offset[i];
      d->qvel[i] = multiplier[i] * v[column[i]];
    }
    mj_forward(m, d);
    mj_fullM(m, full, d->qM);
    for (int i = 0; i < n; i++) {
      double speed = m->jnt_type[m->dof_jntid[i]] == mjJNT_SLIDE ? 0.01 : 0.1;
      double friction = -m->dof_frictionloss[i] * tanh(d->qvel[i] / speed);
      bias[column[i]] += multiplier[i] * d->qfrc_bias[i];
      right[column[i]] += multiplier[i] * (d->qfrc_passive[i] + friction - d->qfrc_bias[i]);
      for (int j = 0; j < n; j++) reduced[column[i] * r + column[j]] += multiplier[i] * multiplier[j] * full[i * n + j];
    }
    printf("%s\n{", k ? "," : "");
    row("q", q, r);
    printf(",");
    row("qd", v, r);
    printf(",");
    row("tau", tau, r);
    printf(",");
    row("bias", bias, r);
    printf(",");
    row("M", reduced, r * r);
    if (r == n) {
      // By MuJoCo's own solver.
      for (int i = 0; i < n; i++) {
        double speed = m->jnt_type[m->dof_jntid[i]] == mjJNT_SLIDE ? 0.01 : 0.1;
        d->qfrc_applied[i] = tau[i] - m->dof_frictionloss[i] * tanh(d->qvel[i] / speed);
      }
      mj_forward(m, d);
      mju_copy(right, d->qacc, n);
    } else {
      mju_cholFactor(reduced, r, 0);
      mju_cholSolve(right, reduced, right, r);
    }
    printf(",");
    row("qdd", right, r);
    printf(",\"bodies\":{");
    for (int b = 1; b < m->nbody; b++) {
      printf("%s", b > 1 ? "," : "");
      row(m->names + m->name_bodyadr[b], d->xpos + 3 * b, 3);
    }
    printf("}}");
  }
  printf("]}\n");
  return 0;
}
