import type { RolloutDetail } from '../api/contract.ts'
import { besideWords } from '../domain/migration/beside.ts'
import { plainText } from '../domain/words/plain-text.ts'
import type { Branch } from './terminal/tree.ts'

/** The Deployments with pods beside a Rollout, a branch each, and where to read on; none where that is not asked for. */
export function besideBranches({ beside, namespace, name }: RolloutDetail): readonly Branch[] {
  if (!beside) return []
  const next = { text: `kedge doctor --migration ${plainText(`${namespace}/${name}`, 160)} says what is next` }
  return besideWords(beside).map((text) => ({ text, ...(beside.fault === null && { branches: [next] }) }))
}
