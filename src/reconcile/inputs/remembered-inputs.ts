import { hash } from 'node:crypto'
import type { CommitSha } from '../../domain/application/commit.ts'
import type { ApplicationSpec } from '../../domain/application/snapshots.ts'
import { madeOnce } from '../../domain/made-once.ts'
import { createRecent } from '../../domain/recent.ts'
import type { GitRepository } from '../../ports/git.ts'
import type { AppInputs } from './look.ts'
import { readInputs, type InputsAsked } from './read-inputs.ts'

/**
 * Paths that are kept, of all answers and repositories together: a few megabytes. A release asks for some three answers of a few paths
 * each, again at every look.
 */
const MOST_PATHS = 20_000

interface Kept {
  answer: Promise<AppInputs>
  /** 0 until it is there. */
  paths: number
}

const kept = createRecent<Kept>(MOST_PATHS, ({ paths }) => 1 + paths)
let opened = 0
const numberOf = madeOnce<GitRepository, number>(() => (opened += 1))
/** As a spec may be as long as the values that stand in it. */
const hashOf = madeOnce((application: ApplicationSpec) => hash('sha256', JSON.stringify(application), 'base64'))

/** `readInputs`, which gives the same for one commit and one spec each time, asked once. A fault is none. @throws KedgeError E_GIT_* */
export function rememberedInputs(asked: InputsAsked, revision: CommitSha): Promise<AppInputs> {
  const question = keyOf(asked, revision)
  const before = kept.get(question)
  if (before) return before.answer
  const answer = readInputs(asked, revision)
  kept.set(question, { answer, paths: 0 })
  answer.then(
    ({ own, named, unknown }) => kept.set(question, { answer, paths: own.length + named.length + unknown.length }),
    () => kept.delete(question),
  )
  return answer
}

function keyOf({ repository, name, application }: InputsAsked, revision: CommitSha): string {
  return `${numberOf(repository)} ${revision} ${hashOf(application)} ${name}`
}
