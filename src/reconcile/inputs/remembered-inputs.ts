import type { CommitSha } from '../../domain/application/commit.ts'
import { createRecent, type Recent } from '../../domain/recent.ts'
import type { GitRepository } from '../../ports/git.ts'
import type { AppInputs } from './look.ts'
import { readInputs, type InputsAsked } from './read-inputs.ts'

/** Answers kept for each repository; a release asks for some three, again at every look. */
const MOST_KEPT = 500
const known = new WeakMap<GitRepository, Recent<Promise<AppInputs>>>()

/** `readInputs`, which gives the same for one commit and one spec each time, asked once. A fault is none. @throws KedgeError E_GIT_* */
export function rememberedInputs(asked: InputsAsked, revision: CommitSha): Promise<AppInputs> {
  const { repository, name, application } = asked
  const kept = known.get(repository) ?? createRecent<Promise<AppInputs>>(MOST_KEPT, () => 1)
  known.set(repository, kept)
  const question = JSON.stringify([revision, name, application])
  const before = kept.get(question)
  if (before) return before
  const answer = readInputs(asked, revision)
  kept.set(question, answer)
  answer.catch(() => kept.delete(question))
  return answer
}
