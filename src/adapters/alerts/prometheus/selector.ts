import type { Alert } from '../../../domain/alert/alert.ts'

/** Where rules write what an objective is called (Pyrra, Sloth), and not how it is set. */
const OBJECTIVE_NAMES = ['slo', 'sloth_slo', 'sloth_id', 'sloth_service', 'slo_name', 'objective_name'] as const

/** The labels that say what an alert is about; undefined where the admin's path leads to no single label. */
export interface PlaceLabels {
  namespaceLabel: string | undefined
  clusterLabel?: string | undefined
  rolloutLabels?: readonly string[]
}

/** Labels and what each must be, in the series of an alert, where a series has it at all. */
export type Identity = readonly (readonly [label: string, value: string])[]

/**
 * What stays the same of an alert from one release to the next: its cluster, its namespace, the label that names its Rollout and the name
 * of its objective. All others, such as `pod` and `version`, change with a release, or when a rule is edited.
 */
export function identityOf({ labels }: Pick<Alert, 'labels'>, rollout: string, { rolloutLabels = [], ...places }: PlaceLabels): Identity {
  const valueOf = (label: string | undefined): string | undefined =>
    label !== undefined && Object.hasOwn(labels, label) ? labels[label] : undefined
  const located = rolloutLabels.find((label) => valueOf(label) === rollout)
  const wanted = new Set([places.clusterLabel, places.namespaceLabel, located, ...OBJECTIVE_NAMES])
  return [...wanted].flatMap((label) => {
    const value = valueOf(label)
    return label === undefined || value === undefined ? [] : [[label, value] as const]
  })
}

/** The part of it that an alert keeps though its labels are written anew on their way to Alertmanager: its namespace, mostly. */
export function namespaceIn(identity: Identity, { namespaceLabel }: PlaceLabels): Identity {
  return identity.filter(([label]) => label === namespaceLabel)
}

/**
 * The series of alerts of this name that have the same of these labels, or do not have them: a rule gets a label in the course of time.
 * Source: prometheus.io/docs/prometheus/latest/querying/basics (matchers are anchored; an empty one matches a missing label).
 */
export function selectorOf(name: string, identity: Identity): string {
  const more = identity.map(([label, value]) => `,${label}=~${quote(`${pattern(value)}|`)}`)
  return `{alertname=${quote(name)}${more.join('')}}`
}

/** A text as RE2 takes it literally. */
function pattern(text: string): string {
  return text.replaceAll(/[\\.+*?()|[\]{}^$]/g, String.raw`\$&`)
}

/** As PromQL quotes a text: JSON's escapes are among its own. */
export function quote(text: string): string {
  return JSON.stringify(text)
}
