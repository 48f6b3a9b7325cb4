import { expect, it } from 'vitest'
import { revertKey } from '../../../../src/domain/revert/keys.ts'
import type { OpenQuestion } from '../../../../src/reconcile/git-facts/question/question.ts'
import { Refusal } from '../../../../src/reconcile/git-facts/question/refusal.ts'
import { keyOf, refuseWith } from '../../../../src/reconcile/git-facts/restore/restore-facts.ts'
import { digest } from '../../../histories/git/remote.ts'

const [NAME, WEB] = ['git.example/shop/gitops', 'apps/web/web.yaml']

it('what was found out is told with a refusal, and a fault stays one', () => {
  const found = { conflicts: [] }
  expect(() => refuseWith({ ...found, revertKey: 'k' })(new Refusal('P6', 'no', { found: { revertKey: 'own' } }))).toThrow(
    expect.objectContaining({ check: 'P6', message: 'no', found: { ...found, revertKey: 'own' } }),
  )
  const fault = new TypeError('a fault')
  expect(() => refuseWith(found)(fault)).toThrow(fault)
})

it('a revert that the ledger has under an older spelling keeps its key', () => {
  const scope = { baseBranch: 'main', culprits: [], paths: [WEB] }
  const under = (repository: string): string => revertKey({ ...scope, repository }, digest)
  const asked = (known: string | undefined) =>
    keyOf(
      {
        source: { repoURL: 'https://git.example/Shop/GitOps.git', repository: NAME },
        revertOf: (key: string) => (known !== undefined && key === under(known) ? {} : undefined),
        spellingsOf: (repository: string) => (repository === NAME ? ['git.example/SHOP/gitops'] : []),
        digest,
      } as unknown as OpenQuestion,
      scope,
    )
  expect(asked(undefined)).toBe(under(NAME))
  expect(asked('git.example/Shop/GitOps')).toBe(under('git.example/Shop/GitOps'))
  expect(asked('git.example/SHOP/gitops')).toBe(under('git.example/SHOP/gitops'))
})
