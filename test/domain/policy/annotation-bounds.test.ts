import { describe, expect, it } from 'vitest'
import { allowsRepository } from '../../../src/domain/policy/allow.ts'
import { isReviewer, MAX_BAKE_MINUTES } from '../../../src/domain/policy/annotations.ts'
import { DEFAULT_POLICY, type Policy } from '../../../src/domain/policy/policy.ts'
import { resolvePolicy } from '../../../src/domain/policy/rules.ts'
import { NO_SETTINGS, wantsDeployments, type PolicySettings } from '../../../src/domain/policy/settings.ts'

const NOW = Date.UTC(2026, 10, 23, 12)
const HOUR = 3_600_000

type Given = Readonly<Record<string, string>>

function resolve(fields: Partial<PolicySettings>, rollout: Given = {}, application: Given = {}): Policy {
  const subject = {
    rollout: { cluster: 'east', namespace: 'shop', name: 'web', labels: {}, settings: rollout },
    application: { project: 'payments', labels: {}, settings: application },
  }
  return resolvePolicy({ ...NO_SETTINGS, ...fields }, subject, NOW)
}

const open: Partial<PolicySettings> = {
  defaults: { mode: 'pr' },
  allow: { ...NO_SETTINGS.allow, maxMode: 'pr', reviewers: ['@Ada', 'acme/*'] },
}
const at = (ms: number): string => new Date(NOW + ms).toISOString()

describe('freeze', () => {
  it.each(['true', ' true ', '\ttrue\n'])('stops pull requests though it stands between spaces: %j', (value) => {
    expect(resolve(open, { freeze: value })).toMatchObject({ mode: 'notify', problems: [] })
    expect(resolve(open, {}, { freeze: value })).toMatchObject({ mode: 'notify', problems: [] })
  })

  it('on the Rollout holds against the one on the Application', () => {
    expect(resolve(open, { freeze: ' false ' }, { freeze: 'true' }).mode).toBe('pr')
  })

  it('that says neither yes nor no is left out and told', () => {
    expect(resolve(open, { freeze: 'yes' })).toMatchObject({
      mode: 'pr',
      problems: [expect.stringContaining('neither "true" nor "false"')],
    })
  })
})

describe('an annotation', () => {
  it.each<[string, string, Partial<Policy>]>([
    ['reversible', 'true', { reversible: true }],
    ['reversible', 'false', { reversible: false }],
    ['bake-minutes', String(MAX_BAKE_MINUTES), { bakeMs: MAX_BAKE_MINUTES * 60_000 }],
    ['proof', 'rendered', { proof: 'rendered' }],
    ['reviewers', '@ADA; acme/sre', { reviewers: ['ADA', 'acme/sre'] }],
    ['reviewers', Array.from({ length: 10 }, (_, index) => `acme/t${index}`).join(';'), {}],
  ])('%s may say %j', (name, value, expected) => {
    const settings = { ...open, defaults: { mode: 'pr', bakeMs: MAX_BAKE_MINUTES * 60_000, proof: 'any' } as const }
    expect(resolve(settings, { [name]: value })).toMatchObject({ ...expected, problems: [] })
  })

  it('that wants a proof by rendering is taken where that is wanted anyway', () => {
    expect(resolve({ ...open, defaults: { mode: 'pr', proof: 'rendered' } }, { proof: 'rendered' }).problems).toEqual([])
  })

  it.each<[string, string, RegExp]>([
    ['mode', 'revert', /is not one of observe, notify, pr\.$/],
    ['reversible', 'yes', /is neither "true" nor "false"/],
    ['reversible', '', /is neither "true" nor "false"/],
    ['bake-minutes', String(MAX_BAKE_MINUTES + 1), /from 0 to 1440/],
    ['channel', 'two words', /is not the name of one channel/],
    ['reviewers', Array.from({ length: 11 }, (_, index) => `acme/t${index}`).join(';'), /names more than 10/],
    ['reviewers', 'ada; <img>', /holds a name that is neither/],
  ])('%s may not say %j', (name, value, words) => {
    expect(resolve(open, { [name]: value })).toMatchObject({ mode: 'pr', problems: [expect.stringMatching(words)] })
  })
})

describe('a mute', () => {
  const window = (from: number, to: number): PolicySettings['mute'][number] => ({ match: {}, from: NOW + from, to: NOW + to })

  it('of the admin that lasts longer holds against an annotation, and an annotation that lasts longer against it', () => {
    const settings = { ...open, mute: [window(-HOUR, HOUR)] }
    expect(resolve(settings, { 'ignore-until': at(HOUR / 2) })).toMatchObject({ mutedUntil: NOW + HOUR, origins: { mutedUntil: 'mute 1' } })
    expect(resolve(settings, { 'ignore-until': at(HOUR) })).toMatchObject({ origins: { mutedUntil: 'mute 1' } })
    expect(resolve(settings, { 'ignore-until': at(2 * HOUR) })).toMatchObject({ mutedUntil: NOW + 2 * HOUR })
  })

  it('holds up to its end and not at it, and of two that end together the first one is named', () => {
    expect(resolve({ ...open, mute: [window(-HOUR, 0)] }).mutedUntil).toBeUndefined()
    expect(resolve({ ...open, mute: [window(-HOUR, 1)] }).mutedUntil).toBe(NOW + 1)
    expect(resolve({ ...open, mute: [window(-HOUR, HOUR), window(-2 * HOUR, HOUR)] }).origins['mutedUntil']).toBe('mute 1')
  })
})

it('a choice that says nothing leaves what was chosen before', () => {
  expect(
    resolve({ ...open, rules: [{ match: {}, set: { mode: undefined } as unknown as PolicySettings['rules'][number]['set'] }] }),
  ).toMatchObject({
    mode: 'pr',
    origins: { mode: 'defaults' },
  })
})

it('a reviewer is what one of the forges calls a name, and never what none of them does', () => {
  const patterns = [/^[a-z]+$/, /^[a-z]+\/[a-z]+$/]
  expect(isReviewer('@ada', patterns)).toBe(true)
  expect(isReviewer('acme/sre', patterns)).toBe(true)
  expect(isReviewer('ada1', patterns)).toBe(false)
  expect(isReviewer('ada 1')).toBe(false)
  expect(isReviewer('ada 1', [/^ada/])).toBe(false)
})

it('deployments are wanted where the defaults or any one rule say so', () => {
  const rule = (announce: Policy['announce']): PolicySettings['rules'][number] => ({ match: {}, set: { announce } })
  expect(wantsDeployments({ defaults: {}, rules: [] })).toBe(false)
  expect(wantsDeployments({ defaults: { announce: ['deployment'] }, rules: [rule(['comment'])] })).toBe(true)
  expect(wantsDeployments({ defaults: {}, rules: [rule(['comment']), rule(['deployment'])] })).toBe(true)
})

it('an address of up to 2,048 signs may be allowed, and its scheme is read in any case', () => {
  const allow = { ...NO_SETTINGS.allow, repositories: ['git.example/**'] }
  const url = (length: number): string => 'https://git.example/a/'.padEnd(length, 'x')
  expect(allowsRepository({ allow, caseIgnoringHosts: [] }, url(2_048))).toBe(true)
  expect(allowsRepository({ allow, caseIgnoringHosts: [] }, url(2_049))).toBe(false)
  expect(allowsRepository({ allow, caseIgnoringHosts: [] }, 'HTTPS://git.example/a/b')).toBe(true)
})

it('a pattern that ends with ** allows what is right below it, and all further down', () => {
  const allows = (url: string): boolean =>
    allowsRepository({ allow: { ...NO_SETTINGS.allow, repositories: ['git.example/acme/**'] }, caseIgnoringHosts: [] }, url)
  expect(['https://git.example/acme/a', 'https://git.example/acme/a/b/c', 'https://git.example/acme'].map(allows)).toEqual([
    true,
    true,
    false,
  ])
})

it('without a word of the configuration Kedge touches nothing, and these two causes would open a pull request', () => {
  expect(DEFAULT_POLICY).toMatchObject({
    mode: 'observe',
    prCauses: ['analysis-failed', 'progress-deadline'],
    restoreDeadlineMs: 600_000,
    quarantineMs: 1_209_600_000,
    bakeMs: 3_600_000,
    labels: ['revert', 'kedge'],
    irreversible: [],
    reversible: false,
    bots: ['[bot]', 'image-updater', 'renovate', 'dependabot', 'fluxcdbot', 'flux@', 'weave-flux'],
    inStorms: true,
    storms: { holdFrom: 3, withinMs: 300_000 },
  })
})
