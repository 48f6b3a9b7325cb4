import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { MODES } from '../../../src/domain/policy/annotations.ts'
import { DEFAULT_POLICY } from '../../../src/domain/policy/policy.ts'
import { resolvePolicy } from '../../../src/domain/policy/rules.ts'
import type { PolicySettings } from '../../../src/domain/policy/settings.ts'
import { NOW, subject, settings, allow } from './a-subject.ts'

describe('annotations', () => {
  it('the name of 0.1.0 still works and is told as old; with both, the new one holds, and nothing is told', () => {
    const read = (rollout: Record<string, string>) =>
      resolvePolicy(settings({ allow: allow({ channels: ['#*'] }) }), subject({ rollout }), NOW)
    expect(read({ 'slack-channel': '#old' })).toMatchObject({
      channel: '#old',
      problems: ['Rollout annotation kedge.dev/slack-channel is the old name of kedge.dev/channel; it still works.'],
    })
    expect(read({ 'slack-channel': '#old', channel: '#new' })).toMatchObject({ channel: '#new', problems: [] })
    expect(read({ channel: '#new', 'slack-channel': '#old' })).toMatchObject({ channel: '#new', problems: [] })
  })

  it('lower the mode freely', () => {
    expect(resolvePolicy(settings({ defaults: { mode: 'pr' } }), subject({ rollout: { mode: 'observe' } }), NOW)).toMatchObject({
      mode: 'observe',
      origins: { mode: 'Rollout annotation' },
      problems: [],
    })
  })

  it('raise the mode only as far as allow.maxMode goes; more is left out and told', () => {
    const bounded = settings({ allow: allow({ maxMode: 'notify' }) })
    expect(resolvePolicy(bounded, subject({ rollout: { mode: 'notify' } }), NOW).mode).toBe('notify')
    expect(resolvePolicy(bounded, subject({ rollout: { mode: 'pr' } }), NOW)).toMatchObject({
      mode: 'observe',
      problems: ['Rollout annotation kedge.dev/mode: "pr" is more than the configuration allows here (notify).'],
    })
  })

  it('of the Rollout win over those of the Application, up to what the rules say', () => {
    const pr = settings({ defaults: { mode: 'pr' } })
    expect(resolvePolicy(pr, subject({ application: { mode: 'observe' }, rollout: { mode: 'pr' } }), NOW).mode).toBe('pr')
    expect(resolvePolicy(pr, subject({ application: { mode: 'observe' } }), NOW).origins['mode']).toBe('Application annotation')
  })

  it('choose a channel only among those allowed or set by the admin', () => {
    const bounded = settings({
      allow: allow({ channels: ['#rel-*'] }),
      rules: [{ match: { name: ['other'] }, set: { channel: 'ops' } }],
    })
    const channel = (value: string) => resolvePolicy(bounded, subject({ rollout: { channel: value } }), NOW).channel
    expect(['#rel-pay', 'rel-pay', '#ops'].map(channel)).toEqual(['#rel-pay', 'rel-pay', '#ops'])
    expect(['#general', '#rel-a #general', '', '<!channel>'].map(channel)).toEqual([undefined, undefined, undefined, undefined])
  })

  it('name reviewers that are allowed, separated by semicolons', () => {
    const bounded = settings({ defaults: { reviewers: ['admin'] }, allow: allow({ reviewers: ['@acme/*', 'ada'] }) })
    const read = (value: string) => resolvePolicy(bounded, subject({ rollout: { reviewers: value } }), NOW)
    expect(read(' @Ada; @acme/pay ;').reviewers).toEqual(['Ada', 'acme/pay'])
    expect(read('ada;eve')).toMatchObject({ reviewers: ['admin'], problems: [expect.stringContaining('names eve')] })
    expect(read('ada;x y').problems).toHaveLength(1)
    expect(read(Array.from({ length: 11 }, () => 'ada').join(';')).problems).toEqual([expect.stringContaining('more than 10')])
  })

  it('freeze keeps the notices and stops PRs, and the Rollout may lift the freeze of its Application', () => {
    const pr = settings({ defaults: { mode: 'pr' } })
    expect(resolvePolicy(pr, subject({ application: { freeze: 'true' } }), NOW)).toMatchObject({
      mode: 'notify',
      origins: { mode: 'Application annotation freeze' },
    })
    expect(resolvePolicy(pr, subject({ application: { freeze: 'true' }, rollout: { freeze: 'false' } }), NOW).mode).toBe('pr')
    expect(resolvePolicy(settings(), subject({ rollout: { freeze: 'true' } }), NOW).mode).toBe('observe')
    expect(resolvePolicy(pr, subject({ rollout: { freeze: 'yes' } }), NOW)).toMatchObject({
      mode: 'pr',
      problems: [expect.stringContaining('"yes"')],
    })
  })

  it('bake-minutes makes the bake window shorter, or ends it, and never longer than the rules do', () => {
    const read = (value: string, defaults: PolicySettings['defaults'] = {}) =>
      resolvePolicy(settings({ defaults }), subject({ rollout: { 'bake-minutes': value } }), NOW)
    expect(read('30')).toMatchObject({ bakeMs: 1_800_000, origins: { bakeMs: 'Rollout annotation' }, problems: [] })
    expect(read('0')).toMatchObject({ bakeMs: 0, problems: [] })
    expect(read('0.5')).toMatchObject({ bakeMs: 30_000, problems: [] })
    expect(read('60.1')).toMatchObject({
      bakeMs: 3_600_000,
      problems: [expect.stringContaining('longer than the configuration allows here (60)')],
    })
    expect(read('120', { bakeMs: 7_200_000 })).toMatchObject({ bakeMs: 7_200_000, problems: [] })
    expect(read('1', { bakeMs: 0 })).toMatchObject({ bakeMs: 0, problems: [expect.stringContaining('allows here (0)')] })
    for (const value of ['-1', '1e1', '', 'Infinity', '0x10', '99999', '1441'])
      expect(read(value)).toMatchObject({
        bakeMs: 3_600_000,
        problems: [expect.stringContaining('is not a number of minutes from 0 to 1440')],
      })
  })

  it('proof wants more of a proof than the admin does, and never less', () => {
    const read = (wanted: 'any' | 'rendered', value: string) =>
      resolvePolicy(settings({ defaults: { proof: wanted } }), subject({ rollout: { proof: value } }), NOW)
    expect(read('any', 'rendered')).toMatchObject({ proof: 'rendered', origins: { proof: 'Rollout annotation' }, problems: [] })
    expect(read('rendered', 'any')).toMatchObject({ proof: 'rendered', problems: [expect.stringContaining('less than the configuration')] })
    expect(read('any', 'files')).toMatchObject({ proof: 'any', problems: [expect.stringContaining('is not one of any, rendered')] })
  })

  it('ignore-until mutes up to its time, and not after it', () => {
    const until = (value: string) => resolvePolicy(settings(), subject({ rollout: { 'ignore-until': value } }), NOW)
    expect(until('2026-11-23T15:00:00+02:00')).toMatchObject({
      mutedUntil: Date.UTC(2026, 10, 23, 13),
      origins: { mutedUntil: 'Rollout annotation' },
    })
    expect(until('2026-11-23T12:00:00Z').mutedUntil).toBeUndefined()
    expect(until('2026-12-24')).toMatchObject({
      mutedUntil: undefined,
      problems: [expect.stringContaining('a time with a zone')],
    })
  })

  it('that nobody knows are told, without letting their text do harm', () => {
    const { problems } = resolvePolicy(settings(), subject({ rollout: { 'mo\u001b[31mde': 'x\ny'.repeat(100), constructor: '1' } }), NOW)
    expect(problems).toHaveLength(2)
    expect(problems[0]).toMatch(/^Rollout annotation kedge\.dev\/mode: "x yx y.{1,60} is not an annotation that Kedge knows\.$/)
  })

  it('whatever they say, never widen beyond the admin: mode, channel, reviewers', () => {
    const name = fc.constantFrom(
      'mode',
      'proof',
      'bake-minutes',
      'channel',
      'slack-channel',
      'reviewers',
      'freeze',
      'ignore-until',
      '__proto__',
      'x',
    )
    const value = fc.oneof(fc.constantFrom('pr', 'notify', 'observe', 'true', 'eve', '#general', '2999-01-01T00:00:00Z', '*'), fc.string())
    const annotations = fc.array(fc.tuple(name, value)).map((entries) => Object.fromEntries(entries))
    fc.assert(
      fc.property(annotations, annotations, fc.constantFrom(...MODES), fc.constantFrom(...MODES), (application, rollout, mode, maxMode) => {
        const policy = resolvePolicy(settings({ defaults: { mode }, allow: allow({ maxMode }) }), subject({ application, rollout }), NOW)
        const ceiling = Math.max(MODES.indexOf(mode), MODES.indexOf(maxMode))
        expect(MODES.indexOf(policy.mode)).toBeLessThanOrEqual(ceiling)
        expect([policy.channel, policy.reviewers]).toEqual([undefined, []])
        expect(policy.limits).toEqual(DEFAULT_POLICY.limits)
      }),
    )
  })
})
