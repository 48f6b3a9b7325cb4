import { bad, byHand, end, HANDLED, RELEASE, type Story, type Telling } from './telling.ts'

/** What people do to Argo CD, to objects and to the branch itself. Told after all else, by numbers of its own. */
export const BEYOND: readonly Story[] = [
  {
    name: 'a sync window',
    weight: 2,
    tell(telling) {
      const { random, app } = telling
      if (random.chance(0.3)) bad(telling)
      telling.wait(500, 20_000)
      telling.add({ kind: 'deny-syncs', app, ms: random.between(10_000, 60_000) })
      telling.wait(500, 5_000)
      if (random.chance(0.4)) telling.touch()
      telling.wait(500, 5_000)
      telling.commit(random.pick(['good', 'failed']))
      telling.wait(500, 30_000)
      if (random.chance(0.4)) byHand(telling, random.pick(['undo', 'set-image']))
      telling.wait(500, 5_000)
      if (random.chance(0.6)) bad(telling)
      telling.wait(...HANDLED)
      telling.wait(...HANDLED)
      end(telling)
    },
  },
  {
    name: 'a Rollout is deleted by hand',
    weight: 2,
    tell(telling) {
      const { random } = telling
      telling.commit(random.pick(['good', 'good', 'failed']))
      telling.wait(...RELEASE)
      telling.add({ kind: 'delete-rollout', app: telling.app, rollout: telling.rollout })
      telling.wait(1_000, 30_000)
      if (random.chance(0.3)) telling.touch()
      telling.wait(1_000, 10_000)
      bad(telling)
      telling.wait(...HANDLED)
      end(telling)
    },
  },
  {
    name: 'an Application is made anew',
    weight: 2,
    tell(telling) {
      const { random, app } = telling
      telling.commit(random.pick(['good', 'good', 'failed']))
      soon(telling, 0.3)
      telling.add({ kind: 'app-anew', app, cascade: random.chance(0.3), ms: random.between(500, 20_000) })
      telling.wait(500, 25_000)
      if (random.chance(0.4)) telling.touch()
      telling.wait(500, 5_000)
      if (random.chance(0.3)) byHand(telling, random.pick(['undo', 'set-image']))
      telling.wait(500, 20_000)
      bad(telling)
      telling.wait(...HANDLED)
      end(telling)
    },
  },
  {
    name: 'it follows a tag for a while',
    weight: 2,
    tell(telling) {
      const { random, app } = telling
      telling.commit(random.pick(['good', 'failed']))
      telling.wait(...RELEASE)
      telling.add({ kind: 'retarget', app, to: 'tag', ago: random.pick([0, 1, 1, 2]) })
      telling.wait(1_000, 30_000)
      if (random.chance(0.6)) telling.commit(random.pick(['good', 'failed']))
      telling.wait(1_000, 30_000)
      telling.add({ kind: 'retarget', app, to: 'main', ago: 0 })
      telling.wait(500, 30_000)
      if (random.chance(0.7)) bad(telling)
      telling.wait(...HANDLED)
      end(telling)
    },
  },
  {
    name: 'the branch is pushed by force',
    weight: 2,
    tell(telling) {
      const { random } = telling
      telling.commit(random.pick(['good', 'failed']))
      telling.wait(...RELEASE)
      if (random.chance(0.4)) bad(telling)
      telling.wait(2_000, 20_000)
      telling.add({ kind: 'force-push', drop: random.pick([1, 1, 1, 2, 3]) })
      telling.wait(300, 30_000)
      if (random.chance(0.4)) telling.touch()
      telling.wait(300, 3_000)
      bad(telling)
      telling.wait(...HANDLED)
      end(telling)
    },
  },
  {
    name: 'the tag of before is written by hand',
    weight: 3,
    tell(telling) {
      const { random } = telling
      telling.commit(random.pick(['good', 'failed', 'failed']), { change: 'tag' })
      telling.wait(...RELEASE)
      if (random.chance(0.5)) telling.wait(45_000)
      back(telling)
      soon(telling, 0.2)
      if (random.chance(0.3)) byHand(telling, 'undo')
      telling.wait(1_000, 20_000)
      bad(telling)
      telling.wait(...HANDLED)
      end(telling)
    },
  },
]

function back(telling: Telling): void {
  const also = telling.random.pick(['config', 'analysis', 'readme', 'tag'] as const)
  telling.commit('good', { change: 'tag', back: true, how: 'push', both: false, also })
}

/** Mostly it has come to its end by then. */
function soon(telling: Telling, early: number): void {
  if (telling.random.chance(early)) telling.wait(500, 9_000)
  else telling.wait(...RELEASE)
}
