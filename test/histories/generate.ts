import { createRandom, seedOf, type Random } from './random.ts'
import type { AppSetup, Script, Setup, Step } from './script.ts'
import { AT_ONCE, ofSeveral } from './stories/at-once.ts'
import { BEYOND } from './stories/beyond.ts'
import { BY_GIT } from './stories/by-git.ts'
import { BY_HAND } from './stories/by-hand.ts'
import type { Story, Telling } from './stories/telling.ts'
import { OTHER_CHANGES } from './world/manifests.ts'
import { KINDS, type Kind } from './world/watches.ts'

/** A script, and the kinds of story in it. */
export interface Generated {
  script: Script
  kinds: readonly string[]
}

const STORIES = [...BY_GIT, ...BY_HAND]

/** Kinds in which Kedge sees late, in part, or not at all. */
const DISTURBED: readonly string[] = ['late watches', 'hush', 'lose', 'restart', 'a silent watch', 'Kedge begins later']

/** When the first story begins, milliseconds: Kedge has looked by then. */
const FIRST_AT = 60_000
/** What comes last has this long to end. */
export const TAIL_MS = 90_000

/** The history of a seed. With `only`, it has no other stories than of this kind. */
export function generate(seed: number, only?: string): Generated {
  const random = createRandom(seedOf('histories', seed))
  // By numbers of their own, so that the histories of known seeds stay as they are.
  const storms = createRandom(seedOf('storms', seed)).chance(0.15)
  const hintsInside = createRandom(seedOf('hints inside', seed)).chance(0.3)
  const plain = withShortHistories(setupOf(random), createRandom(seedOf('short histories', seed)))
  const setup: Setup = { ...plain, ...(storms && { storms }), ...(hintsInside && { hintsInside }) }
  const steps: Step[] = []
  const kinds: string[] = []
  let at = FIRST_AT
  for (let left = random.between(1, 3); left > 0; left -= 1) {
    const story = STORIES.filter(({ name }) => only === undefined || name === only)
    if (story.length === 0) break
    const { name, tell } = weighted(random, story)
    const app = random.pick(setup.apps)
    const telling = createTelling({ random, setup, app, steps, at })
    tell(telling)
    kinds.push(name)
    at = telling.now + random.between(5_000, 60_000)
  }
  kinds.push(...addNoise(random, setup, steps, at))
  const isAtOnce = only === undefined ? createRandom(seedOf('several at once', seed)).chance(0.4) : only === AT_ONCE.name
  if (isAtOnce && ofSeveral(setup).length > 0) at = tellAtOnce({ seed, setup, steps, at, kinds })
  at = tellBeyond({ seed, setup, steps, at, kinds }, only)
  steps.sort((a, b) => a.at - b.at)
  kinds.push(...kindsOf(setup))
  const isDisturbed = kinds.some((kind) => DISTURBED.includes(kind))
  return { script: { seed, setup, steps, endsAt: at + TAIL_MS }, kinds: [...new Set([...kinds, isDisturbed ? 'disturbed' : 'calm'])] }
}

/** Some keep less of their history in Argo CD than it does by default. */
function withShortHistories(setup: Setup, random: Random): Setup {
  const apps = setup.apps.map((app) => ({ ...app, ...(random.chance(0.12) && { historyLimit: random.pick([1, 1, 2, 3]) }) }))
  return { ...setup, apps }
}

/** By numbers of its own, after all else. @returns when it has been told */
function tellAtOnce({ seed, setup, steps, at, kinds }: Omit<Writing, 'random' | 'app'> & { seed: number; kinds: string[] }): number {
  const random = createRandom(seedOf('how several at once', seed))
  const telling = createTelling({ random, setup, app: random.pick(ofSeveral(setup)), steps, at })
  AT_ONCE.tell(telling)
  kinds.push(AT_ONCE.name)
  return telling.now + 10_000
}

/** By numbers of its own as well, so that what is told before stays as it was. @returns when it has been told */
function tellBeyond(
  { seed, setup, steps, at, kinds }: Omit<Writing, 'random' | 'app'> & { seed: number; kinds: string[] },
  only?: string,
): number {
  const random = createRandom(seedOf('beyond', seed))
  const stories = BEYOND.filter(({ name }) => only === undefined || name === only)
  if (stories.length === 0 || (only === undefined && !random.chance(0.35))) return at
  const { name, tell } = weighted(random, stories)
  const telling = createTelling({ random, setup, app: random.pick(setup.apps), steps, at: at + random.between(5_000, 30_000) })
  tell(telling)
  kinds.push(name)
  if (random.chance(0.3)) steps.push({ kind: 'hard-refresh', at: random.between(at, telling.now), app: telling.app })
  return telling.now + 10_000
}

/** One of them, by their weights. */
export function weighted(random: Random, stories: readonly Story[]): Story {
  let left = random.next() * stories.reduce((sum, { weight }) => sum + weight, 0)
  for (const story of stories) if ((left -= story.weight) < 0) return story
  return random.pick(stories)
}

/** What a story is written with. */
export interface Writing {
  random: Random
  setup: Setup
  app: AppSetup
  steps: Step[]
  at: number
}

/** Tells of one Application, from then on (milliseconds), into a script's steps. */
export function createTelling({ random, setup, app, steps, at }: Writing): Telling {
  const cluster = app.cluster
  const telling: Telling = {
    random,
    app: app.name,
    cluster,
    argocd: setup.clusters[0] ?? cluster,
    rollout: random.whole(app.rollouts.length),
    now: at,
    wait(from, to = from) {
      telling.now += random.between(from, to)
    },
    add(step) {
      steps.push({ ...step, at: telling.now } as Step)
    },
    commit(verdict, more = {}) {
      const how = random.pick(['push', 'push', 'push', 'merge', 'squash', 'bot'] as const)
      const change = random.chance(0.8) ? 'tag' : 'env'
      const also = random.chance(0.15) ? random.pick(OTHER_CHANGES) : undefined
      const beside = random.chance(0.1) ? setup.apps.find((one) => one !== app && one.sharedWith === undefined) : undefined
      const both = app.rollouts.length > 1 && random.chance(0.3)
      const extras = { ...(also && { also }), ...(both && { both }), ...(beside && { with: beside.name }) }
      telling.add({ kind: 'commit', app: app.name, rollout: telling.rollout, change, verdict, how, ...extras, ...more })
    },
    touch(change = random.pick(['config', 'analysis', 'readme', 'staging', 'steps'] as const)) {
      telling.add({ kind: 'commit', app: app.name, rollout: telling.rollout, change, verdict: 'good', how: 'push' })
    },
  }
  return telling
}

function setupOf(random: Random): Setup {
  const clusters = random.chance(0.2) ? ['prod', 'second'] : ['prod']
  const names = ['shop', 'cart', 'mail'].slice(0, random.pick([1, 1, 1, 2, 2, 3]))
  const apps = names.map((name): AppSetup => {
    const tool = random.pick(['plain', 'kustomize', 'helm'] as const)
    return {
      name,
      tool,
      rollouts: random.chance(0.25) ? ['web', 'worker'] : ['web'],
      oneFile: random.chance(0.3),
      cluster: random.pick(clusters),
      autoSync: random.chance(0.9),
      selfHeal: random.chance(0.65),
      waves: random.pick(['none', 'none', 'none', 'none', 'none', 'none', 'before', 'after'] as const),
      ...(random.chance(0.06) && { isRewritten: true }),
      ...(random.chance(0.04) && { firstFails: true }),
    }
  })
  const [first] = apps
  if (first && random.chance(0.08)) apps.push({ ...first, name: 'twin', sharedWith: first.name, cluster: random.pick(clusters) })
  const isSlow = random.chance(0.5)
  const lag = (): number => (isSlow && random.chance(0.5) ? random.between(100, 3_000) : random.between(0, 60))
  const lags = Object.fromEntries(KINDS.map((kind) => [kind, lag()])) as Record<Kind, number>
  return {
    clusters,
    apps,
    webhook: random.chance(0.75),
    pollMs: random.between(60, 180) * 1_000,
    lags,
    twice: random.chance(0.3) ? 0.3 : 0,
    ...(random.chance(0.1) && { kedgeStartsAt: random.between(60, 240) * 1_000 }),
  }
}

/** What happens beside the stories. */
function addNoise(random: Random, setup: Setup, steps: Step[], end: number): readonly string[] {
  const found: string[] = []
  const at = (): number => random.between(FIRST_AT, end)
  const noise = (name: string, probability: number, add: () => void): void => {
    if (!random.chance(probability)) return
    found.push(name)
    add()
  }
  for (let left = random.whole(4); left > 0; left -= 1) steps.push({ kind: 'commit-elsewhere', at: at(), value: left })
  noise('restart', 0.15, () => steps.push({ kind: 'restart', at: at(), ms: random.between(500, 20_000) }))
  for (const kind of ['hush', 'lose'] as const)
    noise(kind, 0.15, () => {
      const kinds = random.chance(0.5) ? [random.pick(KINDS)] : KINDS
      steps.push({ kind, at: at(), cluster: random.pick(setup.clusters), kinds, ms: random.between(500, 4_000) })
    })
  const rollout = (): { app: string; rollout: number } => ({ app: random.pick(setup.apps).name, rollout: random.whole(2) })
  noise('scale', 0.2, () => {
    for (let left = random.between(1, 6); left > 0; left -= 1) steps.push({ kind: 'scale', at: at(), ...rollout() })
  })
  noise('drain', 0.1, () => steps.push({ kind: 'drain', at: at(), ...rollout(), ms: random.between(500, 40_000) }))
  noise('innocent commit', 0.3, () => {
    const app = random.pick(setup.apps)
    const change = random.pick(OTHER_CHANGES)
    steps.push({ kind: 'commit', at: at(), app: app.name, rollout: 0, change, verdict: 'good', how: 'push' })
  })
  const several = setup.apps.filter((app) => app.rollouts.length > 1)
  if (several.length > 0)
    noise('a Rollout is removed', 0.25, () =>
      steps.push({ kind: 'remove', at: at(), app: random.pick(several).name, rollout: random.whole(2) }),
    )
  return found
}

function kindsOf(setup: Setup): readonly string[] {
  return [
    ...setup.apps.map(({ tool }) => `tool: ${tool}`),
    ...(setup.apps.some(({ rollouts }) => rollouts.length > 1) ? ['two Rollouts'] : []),
    ...(setup.apps.some(({ sharedWith }) => sharedWith !== undefined) ? ['shared folder'] : []),
    ...(setup.apps.length > 1 ? ['several Applications'] : []),
    ...(setup.clusters.length > 1 ? ['two clusters'] : []),
    ...(setup.apps.some(({ waves }) => waves !== 'none') ? ['sync waves'] : []),
    ...(Object.values(setup.lags).some((lag) => lag > 100) ? ['late watches'] : []),
    ...(setup.twice > 0 ? ['events twice'] : []),
    ...(setup.webhook ? [] : ['no webhook']),
    ...(setup.storms ? ['told in storms'] : []),
    ...(setup.hintsInside ? ['hints inside effects'] : []),
    ...(setup.apps.some(({ isRewritten }) => isRewritten) ? ['rewritten templates'] : []),
    ...(setup.apps.some(({ historyLimit }) => historyLimit !== undefined) ? ['short history'] : []),
    ...(setup.apps.some(({ firstFails }) => firstFails) ? ['first deploy fails'] : []),
    ...(setup.kedgeStartsAt === undefined ? [] : ['Kedge begins later']),
  ]
}
