import { bad, byHand, end, HANDLED, RELEASE, type Story } from './telling.ts'

/** People reach past Git. */
export const BY_HAND: readonly Story[] = [
  {
    name: 'undo after a failure',
    weight: 2,
    tell(telling) {
      bad(telling)
      telling.wait(12_000, 25_000)
      if (telling.random.chance(0.3)) telling.touch()
      telling.wait(200, 3_000)
      byHand(telling, 'undo')
      telling.wait(1_000, 60_000)
      if (telling.random.chance(0.5)) telling.touch()
      telling.wait(500, 3_000)
      if (telling.random.chance(0.5)) bad(telling)
      telling.wait(...HANDLED)
      end(telling)
    },
  },
  {
    name: 'undo of what runs well',
    weight: 2,
    tell(telling) {
      telling.commit('good')
      telling.wait(...RELEASE)
      byHand(telling, 'undo')
      telling.wait(1_000, 40_000)
      bad(telling)
      telling.wait(...HANDLED)
      end(telling)
    },
  },
  {
    name: 'set image on what runs well',
    weight: 2,
    tell(telling) {
      byHand(telling, 'set-image', telling.random.pick(['good', 'good', 'failed']))
      telling.wait(1_000, 40_000)
      if (telling.random.chance(0.7)) bad(telling)
      telling.wait(...HANDLED)
      end(telling)
    },
  },
  {
    name: 'set image after a failure',
    weight: 2,
    tell(telling) {
      bad(telling)
      telling.wait(10_000, 20_000)
      if (telling.random.chance(0.6)) telling.touch()
      telling.wait(500, 5_000)
      byHand(telling, 'set-image', telling.random.pick(['good', 'failed']))
      telling.wait(...HANDLED)
      end(telling)
    },
  },
  {
    name: 'argocd app rollback',
    weight: 2,
    tell(telling) {
      telling.commit('good')
      telling.wait(...RELEASE)
      telling.add({ kind: 'sync-off', app: telling.app })
      telling.wait(1_000, 5_000)
      telling.add({ kind: 'roll-back', app: telling.app })
      telling.wait(...RELEASE)
      if (telling.random.chance(0.5)) bad(telling)
      telling.wait(1_000, 5_000)
      telling.add({ kind: 'sync-on', app: telling.app })
      telling.wait(...HANDLED)
      end(telling)
    },
  },
  {
    name: 'it is tried again',
    weight: 2,
    tell(telling) {
      telling.commit(telling.random.pick(['failed', 'flaky']))
      telling.wait(8_000, 40_000)
      byHand(telling, telling.random.pick(['retry', 'retry', 'promote-full']))
      telling.wait(...HANDLED)
      end(telling)
    },
  },
  {
    name: 'a slow push',
    weight: 1,
    tell(telling) {
      telling.add({ kind: 'slow-push', ms: telling.random.between(2_000, 12_000) })
      telling.commit(telling.random.pick(['failed', 'flaky']))
      telling.wait(6_000, 16_000)
      byHand(telling, telling.random.pick(['retry', 'promote-full', 'undo']))
      telling.wait(...HANDLED)
      telling.add({ kind: 'slow-push', ms: 0 })
      end(telling)
    },
  },
  {
    name: 'a person aborts',
    weight: 1,
    tell(telling) {
      telling.commit('good')
      telling.wait(1_500, 5_000)
      byHand(telling, 'abort')
      telling.wait(...HANDLED)
      if (telling.random.chance(0.5)) byHand(telling, 'retry')
      telling.wait(...RELEASE)
    },
  },
  {
    name: 'sync off',
    weight: 1,
    tell(telling) {
      telling.add({ kind: 'sync-off', app: telling.app })
      telling.wait(1_000, 5_000)
      telling.commit(telling.random.pick(['good', 'failed']))
      telling.wait(500, 30_000)
      if (telling.random.chance(0.5)) telling.commit('failed')
      telling.wait(500, 3_000)
      telling.add({ kind: 'sync-now', app: telling.app })
      telling.wait(...HANDLED)
      telling.add({ kind: 'sync-on', app: telling.app })
      telling.wait(...HANDLED)
    },
  },
  {
    name: 'other commits after a failure',
    weight: 2,
    tell(telling) {
      bad(telling)
      telling.wait(1_000, 12_000)
      telling.touch()
      telling.wait(1_000, 20_000)
      if (telling.random.chance(0.5)) byHand(telling, telling.random.pick(['retry', 'undo']))
      telling.wait(...HANDLED)
      end(telling)
    },
  },
]
