import type { GitRepository } from '../../ports/git.ts'

/** Answers kept per repository; a revert asks about twenty questions. */
const MOST_ANSWERS = 2_000
/** Longer ones are asked again: together they must stay small. */
const LONGEST_ANSWER = 16_384
const MOST_PARTS = 1_000

/** Questions whose answer is a function of the commits they name, so it can never change. */
const TIMELESS = [
  'isAncestor',
  'mergeBase',
  'commit',
  'newestTouching',
  'commitsTouching',
  'changedPaths',
  'differingPaths',
  'filesOf',
  'fingerprint',
  'objectNames',
  'kindsAt',
  'listFiles',
  'readFile',
  'readFiles',
  'linkTarget',
] as const

/**
 * Remembers what a repository answered about commits: the same release is looked at again and again while its PR is open. What depends on
 * the remote or on the mirror (`fetch`, `has`, branches, building, pushing) is always asked.
 */
export function rememberAnswers(repository: GitRepository): GitRepository {
  const answers = new Map<string, Promise<unknown>>()

  function ask<T>(question: string, answer: () => Promise<T>): Promise<T> {
    const known = answers.get(question) as Promise<T> | undefined
    if (known) return known
    const asked = answer()
    answers.set(question, asked)
    if (answers.size > MOST_ANSWERS) answers.delete(answers.keys().next().value ?? '')
    // A fault is no answer.
    asked.then(
      (value) => isLong(value) && answers.delete(question),
      () => answers.delete(question),
    )
    return asked
  }

  const remembered = TIMELESS.map((name) => {
    const method = repository[name].bind(repository) as (...args: unknown[]) => Promise<unknown>
    return [name, (...args: unknown[]) => ask(JSON.stringify([name, ...args]), () => method(...args))]
  })
  return { ...repository, ...(Object.fromEntries(remembered) as Pick<GitRepository, (typeof TIMELESS)[number]>) }
}

/** Of thousands of files, to know how long it is would take longer than to ask again. */
function isLong(answer: unknown): boolean {
  return (Array.isArray(answer) && answer.length > MOST_PARTS) || (JSON.stringify(answer)?.length ?? 0) > LONGEST_ANSWER
}
