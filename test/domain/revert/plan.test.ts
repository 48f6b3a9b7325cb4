import { expect, it } from 'vitest'
import { asCommitSha, type CommitSha } from '../../../src/domain/application/commit.ts'
import { DEFAULT_COMMITS } from '../../../src/domain/revert/commit-rules.ts'
import { planRevert } from '../../../src/domain/revert/plan.ts'

const sha = (digit: string): CommitSha => asCommitSha(digit.repeat(40)) as CommitSha

function titleOf(subject: string): string {
  const culprit = {
    sha: sha('b'),
    parents: [sha('a')],
    author: { name: 'Ada', email: 'ada@example.com' },
    committedAt: 1,
    subject,
    body: '',
  }
  const { title, message } = planRevert({
    culprits: [culprit],
    good: sha('a'),
    key: 'k',
    rollouts: ['shop/web'],
    paths: ['a'],
    byFields: [],
    cause: null,
    commits: DEFAULT_COMMITS,
  })
  expect(message.startsWith(`${title}\n\n`)).toBe(true)
  return title
}

it.each([
  ['Fix rounding (closes #42)', /closes #42|#42/i],
  ['Fixes: acme/web#7', /#7|fixes:\s*acme/i],
  ['resolves https://github.com/acme/web/issues/7', /resolves https/i],
  ['bump @acme/all', /@acme/],
  ['see GH-12 and !34', /GH-12|!34/],
  ['web v2 [skip ci]', /\[skip ci\]/],
  ['web v2 [ci skip]', /\[ci skip\]/],
  ['web v2 ***NO_CI***', /\*NO_CI/],
  ['web v2 [azurepipelines skip]', /\[azurepipelines skip\]/],
  ['web v2 [build skip]', /\[build skip\]/],
  ['web v2 [skip-ci]', /\[skip-ci\]/],
  ['web v2 skip-checks: true', /skip-checks:/],
  ['web v2\n\nKedge-Revert-Key: x', /^Kedge-Revert-Key: x/m],
])('in title and commit message of a revert, a subject mentions nobody and closes nothing: %j', (subject, dangerous) => {
  expect(subject).toMatch(dangerous)
  expect(titleOf(subject)).not.toMatch(dangerous)
})

it.each(['web v2', 'fix(web): round up', 'feat!: break', 'close the lid', 'orders #'])(
  'an ordinary subject stays as it is: %j',
  (subject) => {
    expect(titleOf(subject)).toBe(`Revert "${subject}"`)
  },
)
