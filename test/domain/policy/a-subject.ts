import { NO_SETTINGS, type PolicySettings, type PolicySubject } from '../../../src/domain/policy/settings.ts'

export const NOW = Date.UTC(2026, 10, 23, 12)

/** A Rollout, and its Application unless that is null, with these annotations of Kedge. */
export function subject(
  fields: { rollout?: Record<string, string>; application?: Record<string, string> | null; namespace?: string } = {},
): PolicySubject {
  const { rollout = {}, application = {}, namespace = 'pay-eu' } = fields
  return {
    rollout: { cluster: 'east', namespace, name: 'web', labels: { tier: 'prod' }, settings: rollout },
    application: application === null ? undefined : { project: 'payments', labels: { team: 'core' }, settings: application },
  }
}

/** What an admin has set: nothing but this. */
export function settings(fields: Partial<PolicySettings> = {}): PolicySettings {
  return { ...NO_SETTINGS, ...fields }
}

/** What an admin allows: nothing but this. */
export const allow = (fields: Partial<PolicySettings['allow']>): PolicySettings['allow'] => ({
  ...NO_SETTINGS.allow,
  ...fields,
})
