import { KedgeError } from '../../domain/errors.ts'
import { cutWithMark, plainText } from '../../domain/words/plain-text.ts'
import { withoutSecrets } from '../../domain/words/secrets.ts'
import { faultOf } from './faults.ts'
import type { GitAnswer } from './run-git.ts'

const MOST_LINES = 12
const MOST_IN_A_LINE = 200
const MOST_WORDS = 700

/**
 * The fault of a ref that the host did not take: what its rule says (`remote:`), in its own words, and Git's reason. Whatever those words
 * are, the host let Kedge in and refused. `reason`: the line of `push --porcelain`.
 * Sources: https://docs.github.com/en/repositories/configuring-branches-and-merges-in-your-repository/managing-rulesets (GH013),
 * https://docs.gitlab.com/administration/server_hooks/ (GL-HOOK-ERR)
 */
export function rejection(answer: GitAnswer, reason: string, what: string): KedgeError {
  const isRemote = reason.includes('[remote rejected]')
  if (!isRemote) return faultOf({ ...answer, stderr: `${answer.stderr}\n${reason}` }, what, 'E_GIT_REFUSED')
  const why = /\(([^()]*)\)\s*$/.exec(reason)?.[1] ?? 'remote rejected'
  const said = ruleLines(answer.stderr)
  const words = said.length === 0 ? '' : `: ${cutWithMark(said.join(' | '), MOST_WORDS)}`
  return new KedgeError('E_GIT_REFUSED', `${what}: the host refused (${plainText(why, MOST_IN_A_LINE)})${words}`)
}

/** What people can read of it: no lines drawn with signs, nothing twice, and no secret: a hook may print what it was called with. */
function ruleLines(stderr: string): readonly string[] {
  const lines = stderr
    .split(/[\r\n]+/)
    .filter((line) => line.startsWith('remote:'))
    .map((line) => plainText(withoutSecrets(line.slice('remote:'.length)), MOST_IN_A_LINE).replace(/^GL-HOOK-ERR:\s*/, ''))
    .filter((line) => /[\p{L}\p{N}]/u.test(line) && !/^error:?$/i.test(line))
  return [...new Set(lines)].slice(0, MOST_LINES)
}
