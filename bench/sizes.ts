/** How much each bench does. What is measured, and what the goals are about, is the full size. */
export const FULL = {
  health: { rounds: 15, repeats: 300 },
  revert: { apps: 200, environments: 10, files: 50, commits: 400, warmRounds: 7, coldRounds: 3 },
  watch: {
    throughput: { events: 15_000, rounds: 5 },
    /** `idleMs`: what closes idle connections waits for. `apartMs`: between the samples. `steadyMs`: until a connection is a black hole. */
    notice: { samples: 12, apartMs: 1_700, quietMs: 62_000, idleMs: 20_000, steadyMs: 9_000, staleAfterMs: 15_000, giveUpMs: 35_000 },
    memory: {
      fleet: { Rollout: 10_000, Application: 10_000, ReplicaSet: 40_000, AnalysisRun: 20_000 },
      rollouts: 50_000,
      parsed: 2_000,
      busy: { events: 2_000, perSecond: 250, restMs: 2_000 },
    },
    listing: { rollouts: 50_000, rounds: 30 },
    /** `faults`: the first so many; all of them where it is undefined. */
    score: { staleAfterMs: 15_000, patienceMs: 5_000, atOnce: 8, faults: undefined as number | undefined },
  },
  strangers: { largeMb: 50, globs: 5_000, chartFiles: 2_000, beside: 150_000, messageMb: 60 },
  latency: {
    /** 20 aborts a second: all of a fleet that fails at once. */
    channels: { rollouts: 440, warmUp: 20, aborts: { every: 10, seconds: 11 } },
    pullRequest: { aborts: 20 },
  },
  storm: { aborts: 500, withinMs: 4_000, gitDelayMs: 400 },
  hints: { many: 10_000, few: 10, perSecond: 1_000, seconds: 5 },
  /** `nearMs`: what begins so soon after a promotion is not known to have begun after it. Nothing burns in a flood. */
  alerts: { rollouts: 40, warmUp: 5, everyMs: 250, nearMs: { calm: 6_000, flooded: 6_000 }, perSecond: 1_000, inOne: 10_000, seconds: 60 },
  ledger: {
    appends: 2_000,
    records: 1_000_000,
    messages: {
      /** 4 aborts a second. */
      inTurn: { rollouts: 440, warmUp: 20, aborts: { every: 50, seconds: 30 } },
      /** 20 a second. */
      atOnce: { rollouts: 440, warmUp: 20, aborts: { every: 10, seconds: 11 } },
    },
  },
  growth: { records: 100_000, asked: 300, warmUp: 20 },
  lock: { freeSeconds: 10, heldSeconds: 60 },
}

export type Sizes = typeof FULL

const FEW_MESSAGES = { rollouts: 40, warmUp: 2, aborts: { every: 5, seconds: 0.2 } }

/**
 * As little as goes through all code of each bench: its figures mean nothing. `revert` has to have an app 42, and an alert has to begin
 * late enough after a promotion.
 */
export const SHORT: Sizes = {
  health: { rounds: 1, repeats: 1 },
  revert: { apps: 43, environments: 8, files: 4, commits: 25, warmRounds: 1, coldRounds: 1 },
  watch: {
    throughput: { events: 100, rounds: 1 },
    notice: { samples: 2, apartMs: 10, quietMs: 600, idleMs: 200, steadyMs: 200, staleAfterMs: 1_000, giveUpMs: 2_000 },
    memory: {
      fleet: { Rollout: 10, Application: 10, ReplicaSet: 10, AnalysisRun: 10 },
      rollouts: 20,
      parsed: 10,
      busy: { events: 20, perSecond: 1_000, restMs: 50 },
    },
    listing: { rollouts: 300, rounds: 1 },
    score: { staleAfterMs: 500, patienceMs: 100, atOnce: 8, faults: 9 },
  },
  strangers: { largeMb: 1, globs: 10, chartFiles: 10, beside: 10, messageMb: 1 },
  latency: { channels: FEW_MESSAGES, pullRequest: { aborts: 1 } },
  storm: { aborts: 10, withinMs: 100, gitDelayMs: 20 },
  hints: { many: 20, few: 10, perSecond: 1_000, seconds: 0.05 },
  alerts: { rollouts: 3, warmUp: 1, everyMs: 20, nearMs: { calm: 6_000, flooded: 0 }, perSecond: 100, inOne: 100, seconds: 1 },
  ledger: { appends: 40, records: 70, messages: { inTurn: FEW_MESSAGES, atOnce: FEW_MESSAGES } },
  growth: { records: 700, asked: 2, warmUp: 1 },
  lock: { freeSeconds: 0.4, heldSeconds: 0.4 },
}
