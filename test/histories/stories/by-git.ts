import { bad, byHand, end, HANDLED, RELEASE, type Story } from './telling.ts'

/** All goes through Git, however fast. */
export const BY_GIT: readonly Story[] = [
  {
    name: 'a release fails',
    weight: 6,
    tell(telling) {
      bad(telling)
      telling.wait(...HANDLED)
      end(telling)
    },
  },
  {
    name: 'a release makes it',
    weight: 2,
    tell(telling) {
      telling.commit('good')
      telling.wait(...RELEASE)
    },
  },
  {
    name: 'one makes it, one fails',
    weight: 3,
    tell(telling) {
      telling.commit('good')
      telling.wait(...RELEASE)
      if (telling.random.chance(0.4)) telling.touch()
      telling.wait(2_000, 20_000)
      bad(telling)
      telling.wait(...HANDLED)
      end(telling)
    },
  },
  {
    name: 'it fails for no fault of its own',
    weight: 1,
    tell(telling) {
      telling.commit(telling.random.pick(['error', 'inconclusive', 'stuck']))
      telling.wait(...HANDLED)
      if (telling.random.chance(0.4)) {
        byHand(telling, 'abort')
        telling.wait(...RELEASE)
      }
      end(telling)
    },
  },
  {
    name: 'a sync fails',
    weight: 2,
    tell(telling) {
      telling.add({ kind: 'sync-fails', app: telling.app, when: telling.random.pick(['before', 'after', 'after']) })
      telling.commit(telling.random.pick(['good', 'failed']))
      telling.wait(2_000, 40_000)
      if (telling.random.chance(0.7)) bad(telling)
      telling.wait(...HANDLED)
      end(telling)
    },
  },
  {
    name: 'controller away',
    weight: 2,
    tell(telling) {
      telling.add({ kind: 'controller-away', cluster: telling.cluster, ms: telling.random.between(6_000, 15_000) })
      telling.wait(200, 2_000)
      telling.commit(telling.random.pick(['good', 'failed']))
      telling.wait(3_000, 9_000)
      if (telling.random.chance(0.7)) bad(telling)
      else telling.touch()
      telling.wait(...HANDLED)
      end(telling)
    },
  },
  {
    name: 'two pushes in a row',
    weight: 3,
    tell(telling) {
      const first = telling.random.pick(['steps', 'config', 'tag', 'elsewhere'] as const)
      if (first === 'elsewhere') telling.add({ kind: 'commit-elsewhere', value: telling.now })
      else if (first === 'tag') telling.commit(telling.random.pick(['good', 'failed']))
      else telling.touch(first)
      telling.wait(200, 4_000)
      bad(telling)
      if (telling.random.chance(0.4)) {
        telling.wait(200, 3_000)
        telling.touch()
      }
      telling.wait(...HANDLED)
      end(telling)
    },
  },
  {
    name: 'a revert is overtaken',
    weight: 2,
    tell(telling) {
      bad(telling)
      telling.wait(15_000, 40_000)
      telling.add({ kind: 'revert', app: telling.app, how: 'push', subject: telling.random.pick(['git', 'plain']) })
      telling.wait(100, 3_000)
      bad(telling)
      telling.wait(...HANDLED)
      end(telling)
    },
  },
  {
    name: 'a silent watch',
    weight: 2,
    tell(telling) {
      telling.add({ kind: 'hush', cluster: telling.cluster, kinds: ['Rollout', 'ReplicaSet'], ms: telling.random.between(2_000, 9_000) })
      telling.commit('good')
      telling.wait(2_000, 12_000)
      bad(telling)
      telling.wait(...HANDLED)
      end(telling)
    },
  },
  {
    name: 'a bot tries again',
    weight: 2,
    tell(telling) {
      telling.commit('failed', { how: 'bot', change: 'tag' })
      telling.wait(...HANDLED)
      telling.add({ kind: 'merge-pr' })
      telling.wait(...RELEASE)
      telling.commit('failed', { how: 'bot', change: 'tag', again: true })
      telling.wait(...HANDLED)
    },
  },
  {
    name: 'the next release while degraded',
    weight: 2,
    tell(telling) {
      bad(telling)
      telling.wait(5_000, 40_000)
      telling.commit(telling.random.pick(['good', 'failed', 'failed']))
      telling.wait(...HANDLED)
      end(telling)
    },
  },
  {
    name: 'revert of a revert',
    weight: 1,
    tell(telling) {
      bad(telling)
      telling.wait(...HANDLED)
      telling.add({ kind: 'revert', app: telling.app, how: 'push', subject: telling.random.pick(['git', 'plain']) })
      telling.wait(...RELEASE)
      telling.add({ kind: 'reapply', app: telling.app })
      telling.wait(...HANDLED)
      end(telling)
    },
  },
]
