import { expect, it } from 'vitest'
import { faultsIn } from './files.ts'

const AUTHOR = '{ name: kedge, email: kedge@acme.example }'

it.each(['github', 'gitlab'])('a commit that %s makes is signed off by whom it is by: an author has to be named', (type) => {
  const commits = (more: string): string => faultsIn(`forges: [{ type: ${type}, commits: { via: api, signOff: true${more} } }]`)
  expect(commits('')).toContain('forges[0].commits.signOff: true needs commits.author where via is api')
  expect(commits(`, author: ${AUTHOR}`)).toBe('')
})

it('a commit that is pushed is by Kedge, and signed off by it, where nobody is named', () => {
  expect(faultsIn('forges: [{ type: github, commits: { via: push, signOff: true } }]')).toBe('')
})
