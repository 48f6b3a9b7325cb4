import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createSystemClock } from '../../src/simulator/clock.ts'
import { startGitHub, type GitHub } from '../../src/simulator/github.ts'
import { createBareRepository } from '../../src/simulator/github/bare-repository.ts'
import type { Repository } from '../../src/simulator/github/forge.ts'
import { git } from '../../src/simulator/github/git.ts'
import type { People } from '../../src/simulator/github/people.ts'

let directory: string
let github: GitHub
let people: People
let repository: Repository

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'simulator-people-'))
  github = await startGitHub({ clock: createSystemClock(), directory, tokens: {} })
  ;({ people, repository } = await github.createRepository('acme/gitops'))
  await people.commit('alice', { files: { 'README.md': 'hello\n' }, message: 'First' })
})
afterEach(async () => {
  await github.stop()
  await rm(directory, { recursive: true, force: true })
})

const onMain = async (): Promise<readonly string[]> => (await git(repository.git.directory, ['rev-list', 'main'])).split('\n')
const change = (name: string) => ({ files: { [`${name}.txt`]: name }, message: `Change ${name}` })

describe('people at the same instant', () => {
  it('all commits are on the branch, and each of them is told its own', async () => {
    const names = ['alice', 'bob', 'carol', 'dave', 'erin']
    const shas = await Promise.all(names.map((name) => people.commit(name, change(name))))
    expect(new Set(shas).size).toBe(5)
    expect(await onMain()).toEqual(expect.arrayContaining(shas))
    const authors = await Promise.all(shas.map(async (sha) => (await repository.git.show(sha)).message.trim()))
    expect(authors).toEqual(names.map((name) => `Change ${name}`))
  })

  it('a merge and a commit are both on the branch', async () => {
    await people.branch('bob', { branch: 'side', ...change('side') })
    const pull = await people.openPull('bob', { title: 'Side', head: 'side' })
    const shas = await Promise.all([
      people.commit('alice', change('alice')),
      people.merge('bob', pull.number),
      people.commit('carol', change('carol')),
    ])
    expect(await onMain()).toEqual(expect.arrayContaining(shas))
  })

  it('a pull request that two of them merge is merged once', async () => {
    await people.branch('bob', { branch: 'side', ...change('side') })
    const pull = await people.openPull('bob', { title: 'Side', head: 'side' })
    const merges = await Promise.allSettled([people.merge('alice', pull.number), people.merge('bob', pull.number)])
    expect(merges.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected'])
    expect(await git(repository.git.directory, ['rev-list', '--count', '--merges', 'main'])).toBe('1')
  })
})

it('a commit that meets a push of somebody else is refused and never takes the other away', async () => {
  // Another process on the same repository, which takes no turns with this one.
  const clone = await createBareRepository(repository.git.directory, createSystemClock())
  const author = { name: 'Bob', email: 'bob@example.com' }
  const outcomes = await Promise.allSettled(
    ['a', 'b', 'c'].flatMap((name) => [people.commit('alice', change(name)), clone.commit({ ...change(`${name}2`), author })]),
  )
  const landed = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []))
  expect(landed.length).toBeGreaterThanOrEqual(3)
  expect((await onMain()).slice(0, -1).toSorted()).toEqual(landed.toSorted())
})
