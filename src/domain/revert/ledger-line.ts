import { inlineCode } from '../words/markdown.ts'

/** Says at the forge, where Kedge cannot change it unseen, where its ledger stood: one that is written anew is found by it. */
export function ledgerLine(head: { sequence: number; hash: string } | undefined): string {
  if (!head) return ''
  return `Ledger when this was written: ${inlineCode(`${head.sequence}:${head.hash}`)} (\`kedge ledger verify --expect-head\`).`
}
