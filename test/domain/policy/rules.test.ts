import { describe, expect, it } from 'vitest'
import { DEFAULT_POLICY } from '../../../src/domain/policy/policy.ts'
import { resolvePolicy } from '../../../src/domain/policy/rules.ts'
import { NO_SETTINGS, type PolicySettings } from '../../../src/domain/policy/settings.ts'
import { NOW, subject, settings, allow } from './a-subject.ts'

describe('defaults and rules', () => {
  it('without settings, the policy is the built-in one: observe', () => {
    expect(resolvePolicy(NO_SETTINGS, subject(), NOW)).toEqual(DEFAULT_POLICY)
  })

  it('rules that match are applied in order over the defaults, and every value knows its origin', () => {
    const policy = resolvePolicy(
      settings({
        defaults: { mode: 'notify', channel: '#all', labels: ['revert'] },
        rules: [
          { match: { project: ['pay*'] }, set: { mode: 'pr', channel: '#pay' } },
          { match: { namespace: ['bill-*'] }, set: { mode: 'observe' } },
          {
            match: { namespace: ['bill-*', 'pay-??'], labels: { tier: 'prod', team: '*' } },
            set: { channel: '#pay-prod', settleMs: 5_000 },
          },
        ],
      }),
      subject(),
      NOW,
    )
    expect(policy).toMatchObject({ mode: 'pr', channel: '#pay-prod', labels: ['revert'], settleMs: 5_000 })
    expect(policy.origins).toEqual({ mode: 'rule 1', channel: 'rule 3', labels: 'defaults', settleMs: 'rule 3' })
  })

  it('a failed release is told at the forge where Kedge may open pull requests, and elsewhere where somebody says so', () => {
    const announced = (defaults: PolicySettings['defaults'], rollout: Record<string, string> = {}) =>
      resolvePolicy(settings({ defaults, allow: allow({ maxMode: 'pr' }) }), subject({ rollout }), NOW).announce
    expect(announced({ mode: 'pr' })).toEqual(['status', 'comment'])
    expect(announced({ mode: 'notify' })).toEqual([])
    expect(announced({ mode: 'pr' }, { mode: 'notify' })).toEqual([])
    expect(announced({ mode: 'notify' }, { mode: 'pr' })).toEqual(['status', 'comment'])
    expect(announced({ mode: 'notify', announce: ['status'] })).toEqual(['status'])
    expect(announced({ mode: 'pr', announce: [] })).toEqual([])
  })

  it.each([
    ['cluster', { cluster: ['west'] }],
    ['namespace', { namespace: ['pay'] }],
    ['name', { name: ['web-?'] }],
    ['project', { project: ['Payments'] }],
    ['label value', { labels: { tier: 'dev' } }],
    ['label name', { labels: { constructor: '*' } }],
  ])('a rule whose %s does not match as a whole does nothing', (_, match) => {
    expect(resolvePolicy(settings({ rules: [{ match, set: { mode: 'pr' } }] }), subject(), NOW).mode).toBe('observe')
  })

  it('a rule for a project needs an Application; a rule without conditions matches all', () => {
    const rules = [
      { match: { project: ['*'] }, set: { mode: 'pr' } },
      { match: {}, set: { labels: ['x'] } },
    ] as const
    expect(resolvePolicy(settings({ rules }), subject({ application: null }), NOW)).toMatchObject({
      mode: 'observe',
      labels: ['x'],
    })
  })
})

describe('mute windows', () => {
  const hour = 60 * 60_000
  const mute = [
    { from: NOW - hour, to: NOW + hour, match: {} },
    { from: NOW, to: NOW + 3 * hour, match: { namespace: ['pay-*'] } },
    { from: NOW + hour, to: NOW + 9 * hour, match: {} },
  ]

  it('mute what they match until the last of them ends', () => {
    expect(resolvePolicy(settings({ mute }), subject(), NOW)).toMatchObject({
      mutedUntil: NOW + 3 * hour,
      origins: { mutedUntil: 'mute 2' },
    })
    expect(resolvePolicy(settings({ mute }), subject({ namespace: 'shop' }), NOW).mutedUntil).toBe(NOW + hour)
    const { mutedUntil, origins } = resolvePolicy(settings({ mute: mute.slice(0, 1) }), subject(), NOW + hour)
    expect([mutedUntil, origins]).toEqual([undefined, {}])
  })

  it('are not shortened by an annotation, and are lengthened by one', () => {
    const until = (value: string) => resolvePolicy(settings({ mute }), subject({ rollout: { 'ignore-until': value } }), NOW).mutedUntil
    expect(until('2020-01-01T00:00:00Z')).toBe(NOW + 3 * hour)
    expect(until('2027-01-01T00:00:00Z')).toBe(Date.UTC(2027, 0, 1))
  })
})
