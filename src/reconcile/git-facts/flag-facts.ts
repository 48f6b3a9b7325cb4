import { isSameSync } from '../../domain/application/applied-sources.ts'
import { appliedSyncs } from '../../domain/application/applied.ts'
import type { SourceFacts } from '../../domain/decision/facts.ts'
import { flagsOf } from '../../domain/release/flag-files.ts'
import { plainText } from '../../domain/words/plain-text.ts'
import { onlySource } from './choose-source.ts'
import { insistOnFlagsAlone } from './flag-files-alone.ts'
import { weighLater } from './later-commits.ts'
import { backToOlder } from './older-states.ts'
import type { SourceQuestion } from './question.ts'
import { Refusal } from './refusal.ts'
import { readChanges, readRestore } from './restore-facts.ts'
import { readBranch } from './revisions.ts'
import { assemble } from './source-facts.ts'
import { readSyncedRevisions } from './synced-revisions.ts'
import { syncsBeside } from './syncs-beside.ts'
import { whyNotSeen } from './syncs-seen.ts'

/**
 * What Git says of a release that changed flags and no template: its commits lie between what its sync applied and what was applied before.
 * Both have to render the template that runs, and the revert, too, where there is a renderer.
 * @throws KedgeError E_GIT_*, E_REPOSITORY_NOT_ALLOWED for faults; what Git cannot answer comes back as `refusal`
 */
export async function gatherFlags(question: SourceQuestion): Promise<SourceFacts> {
  const facts: Partial<SourceFacts>[] = []
  const keep = <Part extends Partial<SourceFacts>>(part: Part): Part => {
    facts.push(part)
    return part
  }
  try {
    const source = await onlySource(question)
    if (!source) throw new Refusal('P3', 'the Application reads several repositories, or none: flags are looked for in one alone.')
    keep({ repoURL: source.repoURL, repository: source.repository })
    const repository = await question.repositories.open(source.repoURL)
    const branch = keep(await readBranch(repository, source))
    keep({ syncsBeside: await syncsBeside(question) })
    insistOnOne(question)
    insistOnSeen(question)
    const found = await readSyncedRevisions({ ...question, repository, source }, branch.head, FLAGS)
    keep({ revision: found.revision, good: found.good, inputs: found.restored })
    const since = { ...found, head: branch.head, laterElsewhere: [] }
    const between = keep(await readChanges(repository, question, since))
    insistOnFlags(question, between)
    const { versions, texts, ...weighed } = await weighLater(
      repository,
      { ...question, source },
      { ...since, ...between, isRendered: false },
    )
    const changes = { ...between, ...keep(weighed) }
    const [good, revision] = [found.good.sha, found.revision.sha]
    if (versions)
      await insistOnFlagsAlone(repository, { paths: changes.paths, commits: [good, revision], isRendered: versions.by === 'rendering' })
    const files = changes.paths.map((path) => ({ path, glob: false }))
    const among = { commits: changes.culprits, files, others: question.others, release: question.release, templateAt: undefined }
    if (versions) keep(await backToOlder(repository, among))
    keep(
      await readRestore(repository, { ...question, source }, { name: source.repository, versions, texts, ...branch, ...found, ...changes }),
    )
    return assemble(facts, null)
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    return assemble([...facts, error.found], { check: error.check, reason: error.message })
  }
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
