import { isMigration } from '../application/migrations.ts'
import { subjectWords } from '../experiment/words.ts'
import type { Policy } from '../policy/policy.ts'
import { isRestoredInPart } from '../revert/compared-paths.ts'
import type { ServingState } from '../rollout/serving.ts'
import { matchesPath } from '../words/glob.ts'
import { plainText } from '../words/plain-text.ts'
import { isAdoptedUndone } from './adopted-undone.ts'
import { BACK_IN_GIT } from './back-in-git.ts'
import { BURN_TITLE, checkBurn, FLAG_TITLE } from './burned.ts'
import { CHECK_IDS, type Check, type CheckId } from './check.ts'
import { checkCulprits, nameOf as name } from './culprits.ts'
import { checkDecidedBefore } from './decided-before.ts'
import { EXPERIMENT_CHECKS, EXPERIMENT_TITLES } from './experiment.ts'
import type { DecisionInput, SourceFacts } from './facts.ts'
import { fails, holds, type Finding } from './finding.ts'
import { whyRefused } from './refused-causes.ts'
import { NO_ANSWER } from './renderer-away.ts'

const TITLES: Readonly<Record<CheckId, string>> = {
  P1: 'The cluster serves N, seen fresh and live',
  P2: 'Exactly one Application owns the Rollout',
  P3: 'The source is a Git branch',
  P4: 'The applied revision is known and on the branch',
  P5: 'No newer commit would be taken back',
  P6: 'The commit of the version before is known and on the branch',
  P7: 'Git changed between the two versions',
  P8: 'No culprit is itself a revert, nor a bot trying again',
  P9: 'Nobody has decided on this very revert before',
  P10: 'The restore is clean and proven',
  P11: 'Policy allows a PR for this cause',
  P12: 'No limit is reached',
}

/** Runs the twelve pre-flight checks. All are reported, so that a person sees at once everything that stands in the way. */
export function runChecks(input: DecisionInput): readonly Check[] {
  return CHECK_IDS.map((id) => {
    const finding = byHand(id, input) ?? refused(id, input.source) ?? check(id, input)
    return {
      id,
      title: titleOf(id, input),
      outcome: finding === undefined ? 'skipped' : finding.holds ? 'passed' : 'failed',
      detail: finding?.detail ?? 'Not asked: an earlier check failed.',
    }
  })
}

function titleOf(id: CheckId, { burn, experiment }: DecisionInput): string {
  if (experiment) return { ...TITLES, ...EXPERIMENT_TITLES }[id]
  return id === 'P1' && burn ? (burn.flags ? FLAG_TITLE : BURN_TITLE) : TITLES[id]
}

function check(id: CheckId, input: DecisionInput): Finding {
  const ofExperiment = input.experiment && EXPERIMENT_CHECKS[id]
  return ofExperiment ? ofExperiment(input, () => CHECKS[id](input)) : CHECKS[id](input)
}

/** The check that says which commit made N+1 also says why nobody has rendered it. */
function withAway(detail: string, { rendererAway }: SourceFacts): string {
  return rendererAway ? `${detail} ${NO_ANSWER}` : detail
}

function refused(id: CheckId, source: SourceFacts | null): Finding {
  if (source?.refusal?.check !== id) return undefined
  return fails(id === 'P4' ? withAway(source.refusal.reason, source) : source.refusal.reason)
}

/** What Git asks for is something else than what has failed, so there is nothing to take back there. */
function byHand(id: CheckId, { release: { cause, wish }, serving }: DecisionInput): Finding {
  if (id !== 'P4' || serving !== 'split' || cause === 'undone' || wish?.state !== 'undone') return undefined
  return fails(wish.how === 'older-sync' ? OLDER_SYNC : BY_HAND)
}

const BY_HAND = 'what failed was made by hand: no commit that Git asks for has brought it, so there is nothing to take back in Git.'
const OLDER_SYNC = 'what failed was brought by a rollback in Argo CD: Git asks for something else, so there is nothing to take back in it.'

const CHECKS: Readonly<Record<CheckId, (input: DecisionInput) => Finding>> = {
  P1: (input) => {
    const { serving, unproven, live, release, burn } = input
    if (burn) return checkBurn(burn, input)
    const isAdopted = serving === 'undone' && isAdoptedUndone(release)
    if (serving !== 'split' && !isAdopted) return fails(notSplit(serving, unproven))
    if (live === 'failed') return fails('the cluster could not be asked once more, past the watch. Kedge goes on trying.')
    if (isAdopted) return holds(live === 'same' ? 'N serves, by hand, confirmed by a live read.' : 'N serves, by hand.')
    return holds(live === 'same' ? 'Split, confirmed by a live read.' : 'Split; the live read comes last.')
  },
  P2: ({ applications, ownershipDoubt, experiment }) => {
    if (applications.length === 1 && ownershipDoubt !== undefined) return fails(plainText(ownershipDoubt))
    if (applications.length === 1) return holds(`Application ${applications[0]}.`)
    if (applications.length === 0) return fails('no Application lists this Rollout, so its commits are not known.')
    return fails(`${applications.length} Applications claim this ${wordsOf({ experiment }).kind}: ${applications.join(', ')}.`)
  },
  P3: ({ source }) =>
    source?.baseBranch ? holds(`Branch ${plainText(source.baseBranch)} of ${plainText(source.repository ?? '')}.`) : undefined,
  P4: ({ source }) => (source?.revision ? holds(withAway(`N+1 is ${name(source.revision)}.`, source)) : undefined),
  P5: ({ source, burn }) => {
    if (!source?.revision || !source.head) return undefined
    if (source.restoredInGit) return fails(BACK_IN_GIT)
    const newest = source.later.at(-1)
    if (newest) return fails(`a later commit touches the same inputs: ${name(newest)}.${whyNotByFields(source)}`)
    const stays = source.staying.at(-1)
    if (burn && stays) return fails(`${name(stays)} was made since, too: whether it is what the alert is about, nobody can tell.`)
    const nothing = source.byFields.length > 0 ? 'no field that is restored' : 'nothing that is restored'
    return stays ? holds(`${name(stays)} touches ${nothing}, and ${SAME_RELEASE}: it stays.`) : holds('None since N+1.')
  },
  P6: ({ source }) => (source?.good ? holds(`N is ${name(source.good)}.${source.goodStandsIn ? ` ${STANDS_IN}` : ''}`) : undefined),
  P7: ({ source, experiment }) => {
    if (!source?.good) return undefined
    const { length } = source.culprits
    const { ends, itself } = wordsOf({ experiment })
    if (source.paths.length === 0 && source.leftOut.paths.length > 0)
      return fails(`what changed between the two ${ends} is only other Rollouts of the Application: nothing of ${itself}.`)
    if (length === 0) return fails(`no commit between the two ${ends} changed the inputs: ${NOT_HERE}`)
    if (source.paths.length === 0) return fails(`the commits between the two ${ends} leave the inputs as they were: ${NOT_HERE}`)
    return holds(`${length} commit(s), ${source.paths.length} file(s).`)
  },
  P8: checkCulprits,
  P9: checkDecidedBefore,
  P10: ({ source, policy, experiment }) => {
    if (!source?.revertKey) return undefined
    if (source.conflicts.length > 0)
      return fails(`these files have changed since: ${source.conflicts.map((path) => plainText(path)).join(', ')}.`)
    if (!source.proof)
      return source.restoredInGit || source.later.length > 0 || source.refusal !== null
        ? undefined
        : fails('restoring would change nothing: the files are what they were before already.')
    if (source.proof.atGood !== source.proof.atRevert)
      return fails(`the restored inputs are not those ${wordsOf({ experiment }).before}: something else among them differs.`)
    if (policy.proof === 'rendered' && source.provenBy !== 'rendering')
      return fails(`the policy wants a proof by rendering, and there is one by files only. ${plainText(source.notRendered ?? '', 300)}`)
    return holds(`${howProven(source)} ${whatIsSame(source, source.proof.atGood.slice(0, 12))}`)
  },
  P11: checkPolicy,
  P12: ({ counts, policy: { limits }, experiment }) => {
    if (counts.openForRollout >= limits.openPerRollout)
      return fails(`${counts.openForRollout} revert PR(s) of this ${wordsOf({ experiment }).kind} are open already.`)
    if (counts.openForRepository >= limits.openPerRepository)
      return fails(`${counts.openForRepository} revert PRs are open in this repository (limit ${limits.openPerRepository}).`)
    if (counts.openedLastHour >= limits.openedPerHour)
      return fails(`${counts.openedLastHour} revert PRs were opened within the hour (limit ${limits.openedPerHour}).`)
    return holds('Far from it.')
  },
}

function wordsOf({ experiment }: Pick<DecisionInput, 'experiment'>): ReturnType<typeof subjectWords> {
  return subjectWords(experiment !== undefined)
}

const SAME_RELEASE = "with it the Rollout's spec, but for how many pods it has, and all AnalysisTemplates are rendered as at N+1"

function whyNotByFields({ notByFields }: SourceFacts): string {
  return notByFields === null ? '' : ` It cannot go back field by field: ${plainText(notByFields, 400)}.`
}

const NOT_HERE = 'what changed is not in this branch (a mutable tag, a parameter).'
const STANDS_IN = 'No sync that is known brought it: it is the newest commit on the way to N+1 that renders what runs.'

function howProven({ provenBy, notRendered }: SourceFacts): string {
  if (provenBy === 'rendering' && notRendered !== null) return `The commits render what ran. ${plainText(notRendered, 300)}`
  if (provenBy === 'rendering') return 'Proven by rendering: the commits render what ran, and the revert renders what runs.'
  return `Proven by files: ${plainText(notRendered ?? 'nothing was rendered.', 300)}`
}

function whatIsSame(source: SourceFacts, fingerprint: string): string {
  const { length } = source.byFields
  const inFields = `Of ${length} file(s) that later commits change, too, no more than fields go back.`
  if (length > 0 && length === source.paths.length) return inFields
  if (length > 0) return `${inFields} All else that is restored equals what N was made from (${fingerprint}).`
  const same = isRestoredInPart(source) ? 'What is restored equals what N was made from' : 'Inputs at the revert equal those of N'
  return `${same} (${fingerprint}).`
}

function checkPolicy({ release, policy, repositoryAllowed, source, experiment }: DecisionInput): Finding {
  if (policy.mode !== 'pr') return fails(`the mode is ${policy.mode}.`)
  const isListed = release.cause !== null && policy.prCauses.includes(release.cause)
  if (!isListed && !isAdoptedUndone(release)) return fails(whyRefused(release.cause))
  // Which repository it is may not be known, while Git or who renders does not answer.
  if (!source?.repoURL) return undefined
  if (!repositoryAllowed) return fails("the admin's allow list does not name this repository.")
  const forGood = irreversible(source, policy, { ...release, kind: wordsOf({ experiment }).kind })
  if (forGood !== undefined) return fails(forGood)
  return holds(isListed ? `${release.cause} opens a PR.` : `${plainText(release.adoptedBy ?? '', 100)} wants a PR.`)
}

/** Why no revert in Git takes all of the release back. What the admin calls irreversible, no annotation lifts. */
function irreversible(source: SourceFacts, policy: Policy, of: { rollout: string; kind: string }): string | undefined {
  const { paths, leftOut, otherFiles, irreversible: changed } = source
  const files = [...paths, ...leftOut.paths, ...otherFiles]
  const named = files.find((file) => policy.irreversible.some((glob) => matchesPath(file, glob)))
  if (named !== undefined) return `the release touches ${plainText(named)}, which the policy calls irreversible.`
  if (policy.reversible) return undefined
  const lifted = `Where it may go back all the same, say kedge.dev/reversible: "true" on the ${of.kind} or the Application.`
  const [first, ...more] = changed.map((one) => plainText(one, 200))
  const others = more.length > 0 ? `, and ${more.length} more` : ''
  if (first !== undefined) return `the release changes what no revert in Git takes back: ${first}${others}. ${lifted}`
  const migration = files.find((file) => isMigration(file, of.rollout))
  return migration === undefined ? undefined : `the release touches a migration, ${plainText(migration)}, which no revert undoes. ${lifted}`
}

const BACK =
  'the Rollout asks for the version before again, and no commit is known that took it back: somebody may have changed it by hand.'

function notSplit(serving: ServingState, unproven: string | undefined): string {
  if (serving === 'aborting') {
    const why = unproven === undefined ? 'the abort is not carried out yet' : plainText(unproven, 200)
    return `it is not proven that N alone serves: ${why}. Kedge goes on looking.`
  }
  if (serving === 'rolling') return 'it was retried and is rolling again.'
  if (serving === 'stuck') return 'it is stuck but not aborted: N+1 may still serve.'
  if (serving === 'undone') return 'the cluster was told by hand to run what Git does not ask for, so a person decides.'
  if (serving === 'in-step') return BACK
  if (serving === 'first-deploy-failed') return 'there is no version before: none ever served.'
  return `the cluster does not serve N for certain (${serving}).`
}
