import { describe, expect, it } from 'vitest'
import { isBot, isRevert } from '../../../src/domain/decision/culprits.ts'
import { DEFAULT_POLICY } from '../../../src/domain/policy/policy.ts'
import { commit } from './clear.ts'

describe('a culprit', () => {
  it.each([
    [{ subject: 'Revert "web v2"' }],
    [{ subject: 'revert: web v2' }],
    [{ subject: 'Reapply "web v2"' }],
    [{ subject: 'x', body: 'This reverts commit 0123456.' }],
    [{ subject: 'x', body: 'y\n\nKedge-Revert-Key: k' }],
    [{ subject: 'fix(web)!: x', body: 'Reverts acme/gitops#11' }],
    [{ subject: 'x (#12)', body: 'Why: it fails.\n\nReverts #11\n' }],
    [{ subject: 'x', body: 'This reverts merge request !12' }],
    [{ subject: 'revert(web): tag' }],
    [{ subject: 'Revert 2 commits up to "web v2"' }],
    [{ subject: 'fix(deploy): Revert "web v2" (#13)' }],
    [{ subject: '[OPS-1] Revert 2 commits up to "web v2"' }],
    [{ subject: 'Merge pull request #12 from acme/revert-11-bump' }],
    [{ subject: "Merge branch 'revert-0123abcd' into 'main'" }],
    [{ subject: 'Merge pull request #1 from shop/kedge/revert/0123456789ab-01234567' }],
    [{ subject: "Merge branch 'kedge/revert/0123456789ab-01234567' into 'main'" }],
  ])('%j is a revert', (change) => {
    expect(isRevert(commit(change))).toBe(true)
  })

  it.each([
    [{ subject: 'reverting nothing' }],
    [{ subject: 'Revert button for orders' }],
    [{ subject: 'docs: say what "Revert "x" means' }],
    [{ subject: 'docs: how to revert "x"' }],
    [{ subject: 'x', body: 'It reverts acme/gitops#11 for good' }],
    [{ subject: 'web: revertible' }],
    [{ subject: 'x', body: 'It reads: This reverts commit 0123456.' }],
  ])('%j is none', (change) => {
    expect(isRevert(commit(change))).toBe(false)
  })

  it("is a bot's by any fragment of name or address", () => {
    expect(isBot(commit({ author: { name: 'argocd-image-updater', email: 'noreply@argoproj.io' } }), DEFAULT_POLICY.bots)).toBe(true)
    expect(isBot(commit({ author: { name: 'Renovate', email: 'x@y' } }), ['RENOVATE'])).toBe(true)
    expect(isBot(commit(), DEFAULT_POLICY.bots)).toBe(false)
  })
})
