/*
 * The loop of Program.cs from the exported header. What talks to the machine is left to four functions; here they stand for an arm that
 * follows its torques as two flywheels would, and whose encoders fall silent in the end.
 *
 *   dotnet run -c Release --project examples/Deploy      writes reach.h beside the program
 *   cd examples/Deploy/bin/Release/net10.0 && cc -std=c99 -O2 -I. ../../../deploy.c -o deploy -lm && ./deploy
 */
#include <math.h>
#include <stdio.h>

#include "reach.h"

#define PERIOD 0.01f         /* s */
#define MISSED_PERIODS 3
#define POSITION_LIMIT 3.2f  /* rad */
#define SPEED_LIMIT 20.0f    /* rad/s */
#define PERIODS 225          /* until the cable fails */

static float arm[REACH_STATE_SIZE];
static int period;

/* Reads positions and velocities; 0 if the encoders do not answer. */
static int read_state(float *state)
{
    if (period >= PERIODS) {
        return 0;
    }
    for (int i = 0; i < REACH_STATE_SIZE; i++) {
        state[i] = arm[i];
    }
    return 1;
}

/* Sends torques, N m, which the drives hold for a period. */
static void send_torques(const float *torque)
{
    for (int i = 0; i < REACH_TORQUE_SIZE; i++) {
        arm[REACH_TORQUE_SIZE + i] += PERIOD * (torque[i] - arm[REACH_TORQUE_SIZE + i]);
        arm[i] += PERIOD * arm[REACH_TORQUE_SIZE + i];
    }
}

static void stop_drives(void) { puts("The drives are without power."); }

/* Waits for the next period: a timer's interrupt, or clock_nanosleep. */
static void wait_for_period(void) { period++; }

/* What is wrong; NULL if nothing is. */
static const char *fault_of(int measured, const float *state)
{
    static int missed;
    missed = measured ? 0 : missed + 1;
    if (missed >= MISSED_PERIODS) {
        return "no state for some periods";
    }
    for (int i = 0; i < REACH_TORQUE_SIZE; i++) {
        if (!(fabsf(state[i]) <= POSITION_LIMIT)) {
            return "a joint is outside its limits";
        }
        if (!(fabsf(state[REACH_TORQUE_SIZE + i]) <= SPEED_LIMIT)) {
            return "a joint is too fast";
        }
    }
    return NULL;
}

int main(void)
{
    float state[REACH_STATE_SIZE] = {0}, torque[REACH_TORQUE_SIZE] = {0};
    for (;;) {
        wait_for_period();
        int measured = read_state(state);
        const char *fault = fault_of(measured, state);
        if (fault) {
            stop_drives();
            printf("The watchdog stopped after %.2f s: %s.\n", (double)(PERIOD * (float)period), fault);
            return 0;
        }
        if (measured) {
            reach_torques(state, torque);
        }
        send_torques(torque);
    }
}
