import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { asCommitSha, type CommitSha } from '../../src/domain/application/commit.ts'
import { normaliseRepoURL } from '../../src/domain/application/repo-url.ts'
import { revertBranch, revertKey, revertMarker } from '../../src/domain/revert/keys.ts'
import { parseRolloutKey, rolloutKey } from '../../src/domain/rollout/key.ts'

const digest = (text: string): string => createHash('sha256').update(text).digest('hex')
const sha = (digit: string): CommitSha => asCommitSha(digit.repeat(40)) as CommitSha

const segment = fc.stringMatching(/^[a-z0-9][a-z0-9-]{0,8}$/)
const url = fc
  .record({
    host: segment,
    port: fc.constantFrom('', ':443', ':8443', ':22'),
    owner: segment,
    repo: segment,
    form: fc.constantFrom('https', 'ssh', 'scp', 'bare'),
    tail: fc.constantFrom('', '.git', '/', '.git/', '//'),
  })
  .map(({ host, port, owner, repo, form, tail }) => {
    if (form === 'scp') return `git@${host}.example:${owner}/${repo}${tail}`
    if (form === 'bare') return `${host}.example${port}/${owner}/${repo}${tail}`
    return `${form}://${form === 'ssh' ? 'git@' : ''}${host}.example${port}/${owner}/${repo}${tail}`
  })

describe('the name of a repository', () => {
  it.each([
    'https://git.example/shop/gitops.git',
    'https://git.example/shop/gitops/',
    'https://user:secret@GIT.example:443/shop/gitops',
    'git@git.example:shop/gitops.git',
    'ssh://git@git.example:22/shop/gitops.git',
    '  https://git.example/shop/gitops.git/ ',
  ])('%s is one and the same', (spelling) => {
    expect(normaliseRepoURL(spelling)).toBe('git.example/shop/gitops')
  })

  it("keeps a port that is not the scheme's, and no case", () => {
    expect(normaliseRepoURL('http://git.example:8443/Shop/GitOps.git')).toBe('git.example:8443/shop/gitops')
  })

  it('of a name is the name', () => {
    fc.assert(
      fc.property(url, (one) => {
        expect(normaliseRepoURL(normaliseRepoURL(one))).toBe(normaliseRepoURL(one))
      }),
      { numRuns: 2_000 },
    )
  })

  it('never holds a credential', () => {
    fc.assert(
      fc.property(segment, segment, (user, password) => {
        expect(normaliseRepoURL(`https://${user}:${password}-secret@git.example/a/b`)).toBe('git.example/a/b')
      }),
    )
  })
})

describe('the key of a revert', () => {
  const scope = { repository: 'git.example/shop/gitops', baseBranch: 'main', culprits: [sha('a'), sha('b')], paths: ['x', 'y'] }

  it('does not depend on the order of commits and files', () => {
    expect(revertKey({ ...scope, culprits: scope.culprits.toReversed(), paths: scope.paths.toReversed() }, digest)).toBe(
      revertKey(scope, digest),
    )
  })

  it.each([
    ['another repository', { repository: 'git.example/shop/other' }],
    ['another branch', { baseBranch: 'release' }],
    ['another commit', { culprits: [sha('a')] }],
    ['another file', { paths: ['x'] }],
    ['names that run together', { paths: ['x,y'] }],
  ])('is another for %s', (_, change) => {
    expect(revertKey({ ...scope, ...change }, digest)).not.toBe(revertKey(scope, digest))
  })

  it('names branch and marker for ever', () => {
    expect(revertBranch(sha('a'), 'b'.repeat(64))).toBe('kedge/revert/aaaaaaaaaaaa-bbbbbbbb')
    expect(revertMarker('k')).toBe('<!-- kedge:v1 revert-key=k -->')
  })
})

describe('the key of a Rollout', () => {
  it('is read back as it was written', () => {
    const ref = { cluster: 'prod', namespace: 'shop', name: 'web' }
    expect(parseRolloutKey(rolloutKey(ref))).toEqual(ref)
  })

  it.each(['', 'a', 'a/b', 'a/b/c/d', '/b/c', 'a//c'])('is not %j', (text) => {
    expect(parseRolloutKey(text)).toBeUndefined()
  })
})
