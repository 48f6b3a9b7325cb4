import { generate } from '../generate.ts'
import { play } from '../play.ts'
import { createRandom, seedOf } from '../random.ts'
import type { Script, Step } from '../script.ts'
import type { World } from '../world/world.ts'
import { FLAG_FILES } from './flags.ts'
import { judgeOpened, type Judged } from './judge.ts'
import { chooseMemory, createAlertServer } from './server.ts'
import { createAlertTruth, type AlertTruth } from './truth.ts'

/** One history with alerts: what was in it, and what came of it. */
export interface PlayedAlerts extends Judged {
  readonly seed: number
  /** Times that an alert fired, for a release or for another reason. */
  alerts: number
  /** Releases that burned, and those of them that people were told of as such. */
  burns: number
  told: number
  /** The same of flags. */
  flagBurns: number
  flagsTold: number
}

/** The history of a seed, with more releases that fare well, and with alerts; played, and judged by what is true. */
export async function playAlerts(seed: number): Promise<PlayedAlerts> {
  const random = createRandom(seedOf('alerts', seed))
  const script = withFlags(withReleases(generate(seed).script, seed), seed)
  const ofServer = createRandom(seedOf('server', seed))
  const memory = chooseMemory(ofServer)
  const bakeMs = random.pick([60_000, 120_000, 300_000])
  const played: PlayedAlerts = { seed, pulls: 0, flagPulls: 0, wrong: [], alerts: 0, burns: 0, told: 0, flagBurns: 0, flagsTold: 0 }
  const at: { truth?: AlertTruth; alerted?: () => void } = {}
  const truthOf = (world: World): AlertTruth => {
    const onChange = (): void => void (random.chance(0.75) && world.host.after(random.between(20, 900), () => at.alerted?.()))
    at.truth ??= createAlertTruth(world, {
      bakeMs,
      random,
      seed,
      reachesBackMs: memory.keepsPast ? memory.reachesBackMs : 0,
      endsAt: world.clock.now() + script.endsAt,
      onChange,
    })
    return at.truth
  }
  await play(
    script,
    random.chance(0.7) ? 'rendering' : random.pick(['files', 'mixed']),
    (world, kedge) => {
      at.alerted = () => kedge.alerted()
      return {
        opened: (request) => judgeOpened(world, truthOf(world), request, played),
        async ended() {
          const { spells } = truthOf(world)
          played.alerts = spells.length
          const burnt = (ofFlags: boolean): number =>
            new Set(
              spells.flatMap(({ blames }) =>
                blames && (blames.isFlag === true) === ofFlags ? `${blames.rollout.owner.uid} ${blames.key}` : [],
              ),
            ).size
          ;[played.burns, played.flagBurns] = [burnt(false), burnt(true)]
          const told = kedge.shown.filter(({ card }) => card.facts?.cause === 'slo-burn')
          played.told = new Set(told.map(({ card }) => card.key)).size
          played.flagsTold = new Set(told.filter(({ card }) => card.facts?.podTemplateHash === null).map(({ card }) => card.key)).size
        },
      }
    },
    (world) => {
      const truth = truthOf(world)
      return {
        alerts: createAlertServer(world, truth, memory, ofServer),
        policy: { bakeMs, flags: FLAG_FILES, prCauses: ['analysis-failed', 'progress-deadline', 'slo-burn'] },
      }
    },
  )
  return played
}

/** Most stories are of releases that fail: what is to burn has to be promoted first. */
function withReleases(script: Script, seed: number): Script {
  const random = createRandom(seedOf('more releases', seed))
  const steps: Step[] = []
  let at = 60_000
  for (let left = random.between(2, 5); left > 0; left -= 1) {
    at += random.between(15_000, 170_000)
    const app = random.pick(script.setup.apps)
    const rollout = random.whole(app.rollouts.length)
    const how = random.pick(['push', 'merge', 'squash'] as const)
    steps.push({ at, kind: 'commit', app: app.name, rollout, change: random.pick(['tag', 'env'] as const), verdict: 'good', how })
    if (random.chance(0.3)) steps.push({ at: at + random.between(30_000, 200_000), kind: random.chance(0.8) ? 'merge-pr' : 'close-pr' })
  }
  const all = [...(random.chance(0.5) ? script.steps : []), ...steps].toSorted((a, b) => a.at - b.at)
  return { ...script, steps: all, endsAt: Math.max(script.endsAt, at + 330_000) }
}

/**
 * Commits that change flags alone, by numbers of their own: some that are synced, some while nothing is, one upon the other, or in a sync
 * that fails; and others right before or after a template.
 */
function withFlags(script: Script, seed: number): Script {
  const random = createRandom(seedOf('flags', seed))
  if (random.chance(0.2)) return script
  // Where templates are promoted all the time, no flag is ever alone.
  const isQuiet = random.chance(0.5)
  const kept = isQuiet ? script.steps.filter(({ kind, at }) => kind !== 'commit' || at < 120_000) : script.steps
  const commits = kept.flatMap((step) => (step.kind === 'commit' ? [step.at] : []))
  const steps: Step[] = []
  let endsAt = script.endsAt
  let at = random.between(60_000, isQuiet ? 400_000 : 200_000)
  for (let left = random.between(1, isQuiet ? 3 : 4); left > 0; left -= 1) {
    const beside = random.chance(0.3) ? random.pick(commits.length > 0 ? commits : [at]) : undefined
    const when = beside === undefined ? at : Math.max(50_000, beside + random.between(-60_000, 60_000))
    const app = random.pick(script.setup.apps)
    const how = random.pick(['push', 'merge', 'squash'] as const)
    const flag = { kind: 'commit', app: app.name, rollout: 0, change: 'config', verdict: 'good', how } as const
    if (random.chance(0.1)) steps.push({ at: when - 1_000, kind: 'sync-off', app: app.name })
    if (random.chance(0.1)) steps.push({ at: when - 500, kind: 'sync-fails', app: app.name, when: random.pick(['before', 'after']) })
    steps.push({ at: when, ...flag })
    if (random.chance(0.15)) steps.push({ at: when + random.between(200, 20_000), ...flag })
    if (random.chance(0.3)) steps.push({ at: when + random.between(30_000, 200_000), kind: 'merge-pr' })
    if (random.chance(0.1))
      steps.push({ at: when + random.between(20_000, 60_000), kind: random.pick(['sync-on', 'sync-now']), app: app.name })
    endsAt = Math.max(endsAt, when + 330_000)
    at += random.between(20_000, 400_000)
  }
  return { ...script, steps: [...kept, ...steps].toSorted((a, b) => a.at - b.at), endsAt }
}
