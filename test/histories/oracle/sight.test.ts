import { describe, expect, it } from 'vitest'
import type { Policy } from '../../../src/domain/policy/policy.ts'
import type { Kedge } from '../kedge.ts'
import { play } from '../play.ts'
import type { Script, Step } from '../script.ts'
import { REPO } from '../world/repository.ts'
import type { World } from '../world/world.ts'
import { createJudge } from './judge.ts'
import type { Judgement } from './judgement.ts'
import { leftWrong } from './left.ts'

const MINUTE = 60_000
const OPENED_AT = 100_000

const FAILS: Step = { kind: 'commit', at: MINUTE, app: 'shop', rollout: 0, change: 'tag', verdict: 'failed', how: 'push' }

/** A hub and two clusters with one Application each; that of `prod` gets a version that fails, soon after it was pushed at 60 s. */
function script(more: readonly Step[], endsAt = 6 * MINUTE): Script {
  const app = { tool: 'plain', rollouts: ['web'], oneFile: false, autoSync: true, selfHeal: true, waves: 'none' } as const
  const apps = [
    { ...app, name: 'shop', cluster: 'prod' },
    { ...app, name: 'cart', cluster: 'second' },
  ]
  const lags = { Rollout: 0, ReplicaSet: 0, AnalysisRun: 0, Application: 0 }
  const setup = { clusters: ['hub', 'prod', 'second'], hub: true as const, apps, webhook: true, pollMs: 600_000, lags, twice: 0 }
  return { seed: 1, setup, steps: [FAILS, ...more], endsAt }
}

/** Judges it; `ended` may look at the world and at Kedge as they are when it is over. */
async function judged(
  given: Script,
  { policy = {}, ended = () => undefined }: { policy?: Partial<Policy>; ended?: (world: World, kedge: Kedge) => void } = {},
): Promise<Judgement> {
  const at: { judgement?: Judgement } = {}
  await play(
    given,
    'rendering',
    (world, kedge) => {
      const observer = createJudge(world, kedge)
      at.judgement = observer.judgement
      return { ...observer, ended: () => observer.ended().then(() => ended(world, kedge)) }
    },
    () => ({ policy }),
  )
  if (!at.judgement) throw new Error('nobody judged')
  return at.judgement
}

const kindsOf = ({ violations }: Judgement): readonly string[] => violations.map(({ kind }) => kind)

describe.each(['prod', 'hub'])('what fails while %s is away for a minute', (cluster) => {
  const away: Step = { kind: 'away', at: MINUTE + 500, cluster, ms: MINUTE }

  it('must have its PR within three minutes of its return, and has it', async () => {
    expect(await judged(script([away]))).toMatchObject({ failures: 1, required: 1, late: 1, pulls: 1, violations: [] })
  })

  it('is missed where none is opened, and untold where nobody is told', async () => {
    const observes = await judged(script([away]), { policy: { mode: 'observe' } })
    expect(kindsOf(observes)).toContain('missed')
    expect(kindsOf(await judged(script([away]), { policy: { channel: undefined } as unknown as Partial<Policy> }))).toContain('untold')
  })

  it('is required of nobody while it is not back for that long', async () => {
    const short = script([{ ...away, ms: 4 * MINUTE }])
    expect(await judged(short, { policy: { mode: 'observe' } })).toMatchObject({ required: 0, violations: [] })
  })
})

describe('a cluster that Kedge has in its configuration no more', () => {
  const left: Step = { kind: 'reconfigure', at: MINUTE + 500, cluster: 'prod', ms: 500 }
  const back: Step = { kind: 'reconfigure', at: 2 * MINUTE, cluster: 'prod', name: 'prod', ms: 500 }

  it('is owed nothing, and once it is given back all that failed meanwhile', async () => {
    expect(await judged(script([left]))).toMatchObject({ failures: 1, required: 0, pulls: 0, violations: [] })
    expect(await judged(script([left, back]))).toMatchObject({ required: 1, late: 1, pulls: 1, violations: [] })
    expect(kindsOf(await judged(script([left, back]), { policy: { mode: 'observe' } }))).toContain('missed')
  })

  it('has nothing more opened for what failed when it comes under another name', async () => {
    const renamed: Step = { ...back, name: 'prod-2' }
    expect(await judged(script([left, renamed]))).toMatchObject({ failures: 1, required: 0, pulls: 0, violations: [] })
  })

  /** What is said where Kedge had done something else, as `changed` has it, in a history in which a PR was open when the cluster left. */
  async function saidOf(more: readonly Step[], changed: (world: World, kedge: Kedge) => Kedge): Promise<readonly string[]> {
    const said: string[] = []
    const pull = { number: 1, at: 0, commit: '', base: '', culprits: [], paths: [], body: '' }
    const leaves: Step = { ...left, at: OPENED_AT }
    const { violations } = await judged(script([leaves, ...more]), {
      ended(world, kedge) {
        const [application] = world.applications
        const [rollout] = application?.rollouts ?? []
        const [failure] = rollout?.failures ?? []
        if (!application || !rollout || !failure) throw new Error('nothing failed')
        const facts = {
          application,
          rollout,
          failure,
          began: undefined,
          newest: undefined,
          before: undefined,
          between: [],
          maker: undefined,
        }
        const opened = [{ pull: { ...pull, at: failure.from + 10_000 }, rightFor: [facts] }]
        said.push(...leftWrong(world, changed(world, kedge), opened).map(({ kind, why }) => `${kind}: ${why}`))
      },
    })
    expect(violations).toEqual([])
    return said
  }

  it('has its PR followed and left to people', async () => {
    expect(await saidOf([], (_, kedge) => kedge)).toEqual([])
    expect(await saidOf([{ kind: 'close-pr', at: 3 * MINUTE }], (_, kedge) => kedge)).toEqual([])
  })

  it('is wronged by a Kedge that closes its PR, tells of what fails there, or does not take the end of its PR', async () => {
    const closes = await saidOf([], ({ clock }, kedge) => ({ ...kedge, closed: new Map([[1, clock.now()]]) }))
    expect(closes).toEqual(['unfollowed: closed though nobody sees what it was opened for'])
    const tells = await saidOf([], ({ clock }, kedge) => ({ ...kedge, shown: kedge.shown.map((one) => ({ ...one, since: clock.now() })) }))
    expect(tells).toEqual(['unseen: the configuration does not have its cluster'])
    const forgets = await saidOf([{ kind: 'close-pr', at: 3 * MINUTE }], ({ repository }, kedge) => {
      const [pull] = kedge.forges.pullRequests(REPO)
      repository.remote.move(pull?.branch ?? '', repository.head())
      return kedge
    })
    expect(forgets).toEqual(['unfollowed: closed by people, and its branch is there'])
  })
})
