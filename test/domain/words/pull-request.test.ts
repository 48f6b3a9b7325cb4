import { expect, it } from 'vitest'
import { pullRequestName, pullRequestNumber } from '../../../src/domain/words/pull-request.ts'

it.each([
  ['https://github.com/acme/deploy/pull/12', 'PR #12'],
  ['https://git.acme.example/acme/deploy/pulls/12', 'PR #12'],
  ['https://gitlab.com/acme/platform/deploy/-/merge_requests/12', 'MR !12'],
  ['https://host.example/gitlab/acme/deploy/-/merge_requests/12?tab=1', 'MR !12'],
  ['https://git.example/-/merge_requests/none/pull/12', 'PR #12'],
  ['', 'PR #12'],
])('a pull request is called as its forge calls it: %s', (url, name) => {
  expect(pullRequestName({ number: 12, url })).toBe(name)
  expect(pullRequestNumber({ number: 12, url })).toBe(name.slice(3))
})
