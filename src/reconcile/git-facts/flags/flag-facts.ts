import { isSameSync } from '../../../domain/application/applied-sources.ts'
import { appliedSyncs } from '../../../domain/application/applied.ts'
import { exactly } from '../../../domain/application/commit.ts'
import type { SourceFacts } from '../../../domain/decision/facts.ts'
import { flagsOf } from '../../../domain/release/flag-files.ts'
import { plainText } from '../../../domain/words/plain-text.ts'
import { onlySource } from '../commit/choose-source.ts'
import { readChanges, type Changes } from '../culprits/changes.ts'
import { weighLater } from '../culprits/later-commits.ts'
import { putTogether, type Note } from '../question/put-together.ts'
import type { OpenQuestion, SourceQuestion } from '../question/question.ts'
import { Refusal } from '../question/refusal.ts'
import type { Versions } from '../question/versions.ts'
import { backToOlder } from '../restore/older-states.ts'
import { readRestore } from '../restore/restore-facts.ts'
import { openBranch } from '../revisions/open-branch.ts'
import { settledFacts, type Revisions } from '../revisions/revisions.ts'
import { readSyncedRevisions } from '../revisions/synced-revisions.ts'
import { syncsBeside } from '../syncs/syncs-beside.ts'
import { whyNotSeen } from '../syncs/syncs-seen.ts'
import { insistOnFlagsAlone } from './flag-files-alone.ts'

/**
 * What Git says of a release that changed flags and no template: its commits lie between what its sync applied and what was applied before.
 * Both have to render the template that runs, and the revert, too, where there is a renderer.
 * @throws KedgeError E_GIT_*, E_REPOSITORY_NOT_ALLOWED for faults; what Git cannot answer comes back as `refusal`
 */
export function gatherFlags(question: SourceQuestion): Promise<SourceFacts> {
  return putTogether(question, async (note) => {
    const source = await onlySource(question)
    if (!source) throw new Refusal('P3', 'the Application reads several repositories, or none: flags are looked for in one alone.')
    const { opened: asked, branch } = await openBranch(question, source, note)
    note('syncs', { syncsBeside: await syncsBeside(question) })
    insistOnOne(question)
    insistOnSeen(question)
    const revisions = await readSyncedRevisions(asked, branch.head, FLAGS)
    note('revisions', settledFacts(revisions, revisions.revision))
    const since = { head: branch.head, laterElsewhere: [] }
    const changes = await readChanges(asked, revisions, since)
    note('changes', changes)
    insistOnFlags(question, changes)
    const weighed = await weighLater(asked, { revisions, changes, since, isRendered: false })
    note('weighed', weighed.facts)
    if (weighed.versions) await weighCulprits(asked, { revisions, changes, versions: weighed.versions }, note)
    note('restore', await readRestore(asked, { branch, revisions, changes, weighed }))
  })
}

/** That they are flags and nothing else, and which of their commits bring back what was before. @throws Refusal P7; KedgeError E_GIT_* */
async function weighCulprits(
  { repository, others, release }: OpenQuestion,
  { revisions, changes, versions }: { revisions: Revisions; changes: Changes; versions: Versions },
  note: Note,
): Promise<void> {
  const { culprits, paths } = changes
  const commits = [revisions.good.sha, revisions.revision.sha]
  await insistOnFlagsAlone(repository, { paths, commits, isRendered: versions.by === 'rendering' })
  const files = exactly(paths)
  note('older', await backToOlder(repository, { commits: culprits, files, others, release, templateAt: undefined }))
}

/** Which of several Rollouts reads a flag, only what they render would tell. @throws Refusal P7 */
function insistOnOne({ application: { rollouts } }: SourceQuestion): void {
  if (rollouts.length > 1)
    throw new Refusal('P7', `the Application has ${rollouts.length} Rollouts: which of them read these flags, nobody says.`)
}

/**
 * A sync that failed, or was of some resources only, is in no history, and may have applied a flag long before the one that is. It was
 * there all the time, then, and is innocent. @throws Refusal P6 where one is known of, or may have gone unseen
 */
function insistOnSeen({ application, release }: SourceQuestion): void {
  const { applied, goodApplied } = release
  const syncs = appliedSyncs(application, { namespace: release.namespace, name: release.rollout })
  const at = syncs.findIndex((sync) => applied !== null && isSameSync(applied, sync))
  const [own, before] = [syncs[at], syncs.slice(at + 1).find((sync) => goodApplied !== null && isSameSync(goodApplied, sync))]
  const why = whyNotSeen(application, { own, before })
  if (why) throw new Refusal('P6', why === 'unseen' ? UNSEEN_SYNC : IN_BETWEEN)
}

const FLAGS = { what: 'the flags', were: 'were', them: 'them' } as const

const UNSEEN_SYNC =
  'Kedge has not seen every sync since the one before, and one that failed may have applied some of the flags long before.'
const IN_BETWEEN = 'a sync that failed, or of some resources only, came between the two, and may have applied some of the flags before.'

/** @throws Refusal P7 where anything else among the inputs has changed */
function insistOnFlags({ release }: SourceQuestion, { paths, leftOut }: Pick<SourceFacts, 'paths' | 'leftOut'>): void {
  const flags = flagsOf(release) ?? []
  const other = [...paths, ...leftOut.paths].find((path) => !flags.includes(path))
  if (other !== undefined) throw new Refusal('P7', `${plainText(other, 200)} has changed with the flags, and is none of them.`)
}
