import { z } from 'zod'
import type { CommitRules } from '../../../domain/revert/commit-rules.ts'
import { plainText } from '../../../domain/words/plain-text.ts'
import { ok, warn, type Finding } from '../../../ports/finding.ts'

export const Rules = z.array(
  z.object({
    type: z.string(),
    parameters: z.object({ operator: z.string().nullish(), pattern: z.string().nullish(), negate: z.boolean().nullish() }).nullish(),
  }),
)
type Rule = z.infer<typeof Rules>[number]

const EXCEPT = 'Leave the branches kedge/revert/** out of that ruleset, or let Kedge’s account bypass it.'
const BY_API = 'Let GitHub commit, which signs: `commits: { via: api }` of this forge.'

/** What keeps Kedge from making a branch, or GitHub from letting it go again: https://docs.github.com/en/rest/repos/rules */
const WORDS: Readonly<Record<string, readonly [says: string, advice: string]>> = {
  creation: ['let only those who may bypass it make branches like kedge/revert/…', EXCEPT],
  update: ['let only those who may bypass it push to branches like kedge/revert/…', EXCEPT],
  pull_request: ['want a pull request for every change of branches like kedge/revert/…: Kedge’s own cannot be made', EXCEPT],
  deletion: ['let no branch like kedge/revert/… be deleted: they stay when their pull request has ended', EXCEPT],
}

/** Patterns by what they are held against; one that is certain to fit is no word worth. */
const PATTERNS: Readonly<Record<string, (rules: CommitRules) => readonly [what: string, text: string | undefined, advice: string]>> = {
  branch_name_pattern: () => ['names of branches', 'kedge/revert/', EXCEPT],
  commit_message_pattern: ({ prefix }) => [
    'messages of commits',
    prefix === '' ? undefined : prefix,
    'Set `commits.prefix` so that they fit.',
  ],
  commit_author_email_pattern: ({ author }) => ['addresses of authors', author?.email, 'Set `commits.author` so that they fit.'],
  committer_email_pattern: ({ author }) => ['addresses of committers', author?.email, 'Set `commits.author` so that they fit.'],
}

/** What the rules say of the branches that Kedge makes, before it makes one. */
export function describeRules(subject: string, rules: readonly Rule[], commits: CommitRules): readonly Finding[] {
  return rules.flatMap(({ type, parameters }) => {
    if (type === 'required_signatures') return [signatures(subject, commits)]
    const words = WORDS[type]
    if (words) return [warn(subject, `rules ${words[0]}`, words[1])]
    const [what, text, advice] = PATTERNS[type]?.(commits) ?? []
    if (what === undefined || advice === undefined || fits(parameters, text)) return []
    const { operator, pattern, negate } = parameters ?? {}
    const how = `${negate ? 'not ' : ''}${plainText(operator ?? 'fits', 20).replaceAll('_', ' ')}`
    return [warn(subject, `rules want of ${what}: ${how} ${JSON.stringify(plainText(pattern ?? '', 120))}`, advice)]
  })
}

function signatures(subject: string, { via }: CommitRules): Finding {
  return via === 'api'
    ? ok(subject, 'rules want signed commits on branches like kedge/revert/…, and GitHub signs those that it makes for Kedge')
    : warn(subject, 'rules want signed commits on branches like kedge/revert/…, and Kedge’s are not signed: its push is refused', BY_API)
}

/** What begins with a text that is known. A regular expression of theirs is not tried out: it could keep Kedge busy for ever. */
function fits(parameters: Rule['parameters'], text: string | undefined): boolean {
  const { operator, pattern, negate } = parameters ?? {}
  return operator === 'starts_with' && negate !== true && typeof pattern === 'string' && text?.startsWith(pattern) === true
}
