import type { AppliedRevision } from '../../../domain/application/applied-revision.ts'
import type { GitCommit } from '../../../domain/application/commit.ts'
import type { GitSource } from '../../../domain/application/inputs.ts'
import { applicationName } from '../../../domain/application/mapping.ts'
import type { RenderedDigest, Rendering } from '../../../domain/application/rendered.ts'
import type { OtherRollout, SourceFacts } from '../../../domain/decision/facts.ts'
import { changedFields } from '../../../domain/rollout/changed-fields.ts'
import { isRenderedAlike, matchTemplate } from '../../../domain/rollout/template.ts'
import { Sealed } from '../../../domain/sealed.ts'
import type { SourceQuestion } from '../question/question.ts'
import { revisionsAt } from '../question/renderings.ts'
import type { Versions } from '../question/versions.ts'
import { applicationBuiltUpon, mayBeBuiltUpon, rolloutBuiltUpon } from './built-upon.ts'
import { neighbour, type Neighbour, type States } from './neighbour.ts'
import { digestOf, namesOf, type Other, type Sharing } from './sharing.ts'

/** Each costs two renderings; of those beyond it cannot be told whether they change. */
const MOST_ROLLOUTS = 10
const MOST_APPLICATIONS = 50
/** Of those that change, or may: whether somebody has built upon them costs two more. */
const MOST_BUILT_UPON = 10
/** No PR waits for other Applications longer, milliseconds. */
const PATIENCE_MS = 1_000

type Question = SourceQuestion & { source: GitSource }
type Named = Pick<SourceFacts, 'otherApplications' | 'untoldApplications'>

/** What a revert changes beside the failing Rollout: asked once, and answered for the PR and for what may go back field by field. */
export interface Beside {
  /** Which other Applications render something else at the revert than at the head. Until it can be rendered: all that share a file. */
  applications(): Promise<Named>
  /** The other Rollouts whose template the revert changes, be they gone by now, and those of which that is not known. @throws KedgeError */
  rollouts(names: ReadonlySet<string>, provenBy: SourceFacts['provenBy']): Promise<readonly OtherRollout[]>
  /**
   * Who may have been built upon N+1 since, a clause: fields that go back would put N's image under what a later commit has made for N+1's,
   * a state that nobody ever asked for. So what the revert changes, or may, has to be at the head as N+1 left it: other Rollouts, all else
   * of the Application, other Applications. While the revert cannot be rendered, N stands for it, and what the release did not change is
   * taken for left alone until after the push. `staying`: the later commits, one of which is named where it is known to have done so.
   * @throws Refusal P5 where an Application cannot be asked just now: nothing is opened, and what is open stays; KedgeError
   * E_RENDERER_UNREACHABLE
   */
  builtUpon(
    changed: { rollouts: readonly OtherRollout[]; applications: Named; staying: readonly GitCommit[] },
    isRendered: boolean,
  ): Promise<string | undefined>
}

/** See {@link Beside}. */
export function openBeside(question: Question, sharing: Sharing, states: States): Beside {
  const others = [...sharing.sharing, ...sharing.untold].map((other) => applicationOf(question, other, states))
  const seen = new Map<string, Neighbour<Rendering>>()
  const rolloutNamed = (name: string): Neighbour<Rendering> => {
    const known = seen.get(name) ?? rolloutOf(question, name, states)
    seen.set(name, known)
    return known
  }
  return {
    applications: () => changedApplications(question, others.slice(0, sharing.sharing.length), sharing),
    async rollouts(names, provenBy) {
      const { namespace, rollout } = question.release
      const found: OtherRollout[] = []
      for (const [index, name] of [...names].filter((one) => one !== `${namespace}/${rollout}`).entries()) {
        const isAsked = provenBy === 'rendering' && index < MOST_ROLLOUTS
        const other = isAsked ? await changeOf(question, rolloutNamed(name)) : { name, isKnown: false, images: [], isBack: false }
        if (other) found.push({ ...other, runs: question.stableOf(name)?.images ?? [] })
      }
      return found
    },
    async builtUpon({ rollouts, applications, staying }, isRendered) {
      for (const [index, { name: rollout, isKnown }] of rollouts.entries()) {
        const name = `the Rollout ${rollout}`
        if (!isKnown || index >= MOST_BUILT_UPON) return mayBeBuiltUpon(name)
        const why = await rolloutBuiltUpon({ one: rolloutNamed(rollout), name, staying }, isRendered)
        if (why !== undefined) return why
      }
      const named = new Set([...applications.otherApplications, ...applications.untoldApplications])
      for (const [index, one] of others.filter((other) => named.has(other.name)).entries()) {
        const name = `the Application ${one.name}, which shares the files,`
        if (index >= MOST_BUILT_UPON) return mayBeBuiltUpon(name)
        const why = await applicationBuiltUpon(question.clock, { one, name, staying }, { isRendered, isOwn: false })
        if (why !== undefined) return why
      }
      const { application, release } = question
      if (await isRestKept(rolloutNamed(`${release.namespace}/${release.rollout}`), isRendered)) return undefined
      const one = applicationOf(question, question, states, release.applied)
      const name = `the Application ${applicationName(application)}`
      return applicationBuiltUpon(question.clock, { one, name, staying }, { isRendered, isOwn: true })
    },
  }
}

/** The names of all Rollouts of the Application that the revert may change: one that is gone is listed no more. */
export function rolloutsBeside({ application }: Question, beside: readonly string[], versions: Versions): ReadonlySet<string> {
  const atN = versions.by === 'rendering' ? versions.before.rollout.rollouts : undefined
  // Where later commits stay, one of them may have added some that are not applied yet.
  const atHead = versions.by === 'rendering' ? versions.head?.rollouts : undefined
  return new Set([...beside, ...application.rollouts, ...(application.formerRollouts ?? []), ...(atN ?? []), ...(atHead ?? [])])
}

function rolloutOf(question: Question, name: string, states: States): Neighbour<Rendering> {
  const { application, source, release, renderings } = question
  const [namespace = '', rollout = ''] = name.split('/')
  return neighbour(question, { name, states }, (commit, isUnpublished) =>
    renderings.at(revisionsAt(application, source, { commit, applied: release.applied }), {
      isUnpublished,
      rollout: { namespace, name: rollout },
    }),
  )
}

function applicationOf(question: Question, one: Other, states: States, applied?: AppliedRevision | null): Neighbour<RenderedDigest> {
  return neighbour(question, { name: applicationName(one.application), states }, (at, isUnpublished) =>
    digestOf(question, one, { at, isUnpublished, applied }),
  )
}

/** Undefined where it stays as it is at the head. Where the revert is not rendered yet, N stands for it for the time being. */
async function changeOf(question: Question, { name, at }: Neighbour<Rendering>): Promise<Omit<OtherRollout, 'runs'> | undefined> {
  const [before, revert] = await Promise.all([at('head'), at('revert')])
  const after = revert.result === 'unknown' && revert.why === 'unpublished' ? await at('good') : revert
  const change = compare(before, after)
  return change && { name, ...change, isBack: await isRunning(question, name, after) }
}

function compare(before: Rendering, after: Rendering): Pick<OtherRollout, 'isKnown' | 'images'> | undefined {
  const isAbsent = [before, after].map((one) => one.result === 'unknown' && one.why === 'absent')
  if (isAbsent.every(Boolean)) return undefined
  if (before.result === 'unknown' || after.result === 'unknown') return { isKnown: isAbsent.includes(true), images: [] }
  const [runs, becomes] = [before.rollout.template, after.rollout.template]
  if (isRenderedAlike(runs, becomes)) return undefined
  const specOf = (template: Sealed): Sealed => new Sealed({ template: template.open() })
  const { fields = [] } = changedFields(specOf(runs), specOf(becomes)) ?? {}
  return { isKnown: true, images: fields.flatMap(({ image }) => (image ? [image] : [])) }
}

/** Whether its stable ReplicaSet runs that already, as after an abort. */
async function isRunning({ renderings, stableOf }: SourceQuestion, name: string, rendering: Rendering): Promise<boolean> {
  const stable = stableOf(name)
  if (rendering.result === 'unknown' || !stable) return false
  // A cluster that cannot be asked about another Rollout holds up no PR of this one.
  const live = await renderings.live(stable).catch(() => undefined)
  if (!live || live === 'forbidden') return false
  const match = matchTemplate(rendering.rollout.template, live)
  return match.result === 'equal' && !match.reordered
}

/** Whether who renders has told that neither the release nor the revert changes anything of the own Application but Rollouts. */
async function isRestKept({ at }: Neighbour<Rendering>, isRendered: boolean): Promise<boolean> {
  const restAt = async (state: keyof States): Promise<string | undefined> => {
    const told = await at(state)
    return told.result === 'rendered' ? told.rollout.parts?.rest : undefined
  }
  const isKept = async (one: keyof States, other: keyof States): Promise<boolean> => {
    const [before, after] = [await restAt(one), await restAt(other)]
    return before !== undefined && before === after
  }
  return (await isKept('good', 'left')) && (!isRendered || (await isKept('head', 'revert')))
}

async function changedApplications(question: Question, others: readonly Neighbour<RenderedDigest>[], { untold }: Sharing): Promise<Named> {
  const late = Promise.withResolvers<'untold'>()
  using _ = question.clock.after(PATIENCE_MS, () => late.resolve('untold'))
  const told = await Promise.all(
    others.map(async (other, index) => {
      const changes = index < MOST_APPLICATIONS ? await Promise.race([tellChange(question, other), late.promise]) : 'untold'
      return { name: other.name, changes }
    }),
  )
  const of = (wanted: Change): readonly string[] => told.filter(({ changes }) => changes === wanted).map(({ name }) => name)
  return { otherApplications: [...of('changes')].sort(), untoldApplications: [...namesOf(untold), ...of('untold')].sort() }
}

type Change = 'changes' | 'stays' | 'untold'

async function tellChange({ pushed }: Question, { at }: Neighbour<RenderedDigest>): Promise<Change> {
  if (pushed !== undefined) void at('head').catch(() => undefined)
  const after = await at('revert')
  if (after.result === 'unknown') return after.why === 'unpublished' ? 'changes' : 'untold'
  const now = await at('head')
  if (now.result === 'unknown') return 'untold'
  if (now.digest !== after.digest) return 'changes'
  return now.hides || after.hides ? 'untold' : 'stays'
}
