import { REPO } from '../world/repository.ts'
import type { WorldRollout } from '../world/truth.ts'
import type { World } from '../world/world.ts'
import type { AlertTruth } from './truth.ts'

/** What went wrong with a PR that an alert opened. */
export interface Wrong {
  readonly what: 'innocent' | 'wrong version' | 'nobody named'
  readonly at: number
  readonly why: string
}

/** How the PRs of one history fared that were opened for an alert. */
export interface Judged {
  pulls: number
  /** Those of them that take flags back. */
  flagPulls: number
  readonly wrong: Wrong[]
}

const NAMED = /`([^`/]+)\/([^`]+)` \(cluster `([^`]+)`\)/g

/** Judges a PR in the moment that it is opened, by what is true of the world alone: its body says for whom it is. */
export function judgeOpened(world: World, truth: AlertTruth, { branch, body }: { branch: string; body: string }, judged: Judged): void {
  if (!body.includes('### Why it is taken back')) return
  judged.pulls += 1
  const isFlag = (body.split('\n')[0] ?? '').includes(' was applied in ')
  if (isFlag) judged.flagPulls += 1
  const at = world.clock.now()
  const named = [...(body.split('\n')[0] ?? '').matchAll(NAMED)]
  if (named.length === 0) judged.wrong.push({ what: 'nobody named', at, why: `${REPO} ${branch}` })
  for (const [, namespace, name, cluster] of named) {
    const found = world.applications
      .flatMap((application) => application.rollouts.map((rollout) => ({ application, rollout })))
      .find(({ rollout: { owner, ...one } }) => owner.namespace === namespace && owner.name === name && one.cluster === cluster)
    if (!found) continue
    const why = isFlag ? whyInnocentFlag(truth, found.rollout) : whyInnocent(truth, found.rollout)
    if (why !== undefined) judged.wrong.push({ what: 'innocent', at, why: `${name}: ${why}` })
    const commit = world.repository.remote.branch(branch)
    const rendered = commit && world.repository.rendered(found.application.folder, commit)
    const restored = rendered && rendered.rollouts.get(found.rollout.owner.name)?.key
    const before = isFlag ? found.rollout.stable.key : truth.staysOf(found.rollout).at(-2)?.key
    if (restored !== before) judged.wrong.push({ what: 'wrong version', at, why: `${name}: ${restored} instead of ${before}` })
    const flags = truth.flagsOf(found.rollout).at(-2)?.key
    if (isFlag && rendered && rendered.config !== flags)
      judged.wrong.push({ what: 'wrong version', at, why: `${name}: flags ${rendered.config} instead of ${flags}` })
  }
}

/** The same of flags: the state that is applied is the one to be blamed. */
function whyInnocentFlag(truth: AlertTruth, rollout: WorldRollout): string | undefined {
  const blamed = truth.spells.filter(({ until, blames }) => until === undefined && blames?.rollout === rollout)
  const key = truth.flagsOf(rollout).at(-1)?.key
  if (blamed.some(({ blames }) => blames?.isFlag && blames.key === key)) return undefined
  return blamed.length === 0 ? 'no alert of its flags fires' : `flags ${key} are applied, and ${blamed[0]?.blames?.key} burns`
}

/** Undefined where the version that is stable is the one that an alert, which fires at this moment, is to be blamed on. */
function whyInnocent(truth: AlertTruth, rollout: WorldRollout): string | undefined {
  const blamed = truth.spells.filter(({ until, blames }) => until === undefined && blames?.rollout === rollout)
  if (blamed.length === 0) return 'no alert of it fires'
  if (blamed.some(({ blames }) => !blames?.isFlag && blames?.key === rollout.stable.key)) return undefined
  return `${rollout.stable.key} serves, and ${blamed[0]?.blames?.key} burns`
}
