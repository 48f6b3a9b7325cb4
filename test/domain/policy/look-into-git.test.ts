import { expect, it } from 'vitest'
import { allowsRepository } from '../../../src/domain/policy/allow.ts'
import { lineThatAllows } from '../../../src/domain/policy/look-into-git.ts'

const patternIn = (line: string): string => JSON.parse(/\[(".*")\]/.exec(line)?.[1] ?? '""') as string

/** A repository whose whole name has so many characters. */
const long = (length: number): string => 'https://a.example/'.padEnd(length, 'x')

it.each([
  'https://github.com/Acme/gitops.git',
  'git@git.example:acme/a/b.git',
  'http://git.example:8080/x/y',
  'ssh://git@git.example/x/y',
  long(200),
])('the line for %s allows that repository', (repoURL) => {
  const allow = { repositories: [patternIn(lineThatAllows(repoURL))], channels: [], reviewers: [], maxMode: 'observe' as const }
  expect(allowsRepository({ allow, caseIgnoringHosts: [] }, repoURL)).toBe(true)
})

it.each([
  undefined,
  'https://evil\\@good/x',
  'https://a.example/*',
  'https://me:pass/word@host/x',
  long(201),
  'https://a.example/x"] }\nmode: pr',
])('of %s, an example stands there and nothing of it', (repoURL) => {
  expect(lineThatAllows(repoURL)).toBe('allow: { repositories: ["https://git.example/acme/gitops"] }')
})
