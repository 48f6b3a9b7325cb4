import { stringify } from 'yaml'
import type { Mode } from '../domain/policy/policy.ts'
import type { FirstAnswers, FirstSteps, SecretFile } from '../ports/first-steps.ts'
import type { Manifest, Registry } from '../ports/manifest.ts'
import { registry } from '../registry.ts'

/** A vendor that is begun with. */
export interface FirstVendor {
  id: string
  /** See {@link FirstAnswers}. */
  url: string
  signIn: string
}

/** Everything that `kedge init` has to know. */
export interface Wishes {
  mode: Mode
  /** Undefined: none, and Git is not looked into. */
  forge: FirstVendor | undefined
  /** Patterns of `allow.repositories`. */
  repositories: readonly string[]
  /** Undefined: nobody is told. */
  channel: (FirstVendor & { address: string }) | undefined
  /** Of the Rollouts; none: all. */
  namespaces: readonly string[]
  argocd: { namespace: string; url: string | undefined; api: string | undefined }
  publicUrl: string | undefined
  /** By which the webhooks are reached from outside. */
  webhookHost: string | undefined
  image: { repository: string; tag: string | undefined } | undefined
  /** Where Kedge is installed. */
  home: string
}

/** A Secret that a person makes: one file for each of its keys. */
export interface FirstSecret {
  /** Of the Secret, below `credentials` in the values of the chart. */
  id: string
  name: string
  files: readonly SecretFile[]
}

/** What there is to begin with, of one kind. */
export function offered(kind: 'forges' | 'channels', vendors: Registry = registry): readonly (Manifest & { firstSteps: FirstSteps })[] {
  return vendors[kind].flatMap((manifest) => (manifest.firstSteps ? [{ ...manifest, firstSteps: manifest.firstSteps }] : []))
}

/** Folder of the secrets' files, beside the configuration, on one's own machine. */
export const SECRETS_FOLDER = 'secrets'

/** The configuration for a Kedge on one's own machine, that the kubeconfig leads from. YAML; holds no secret. */
export function firstConfig(wishes: Wishes): string {
  const { argocd, publicUrl } = wishes
  const api =
    argocd.url !== undefined && argocd.api !== undefined ? { url: argocd.url, tokenFile: onMachine('argocd')('apiToken') } : undefined
  const config = {
    apiVersion: 'kedge/v1',
    ...policyOf(wishes),
    ...vendorsOf(wishes, onMachine),
    clusters: [clusterOf(wishes)],
    ...argocdOf(wishes, api),
    ...(publicUrl !== undefined && { server: { publicUrl } }),
  }
  return `${HEADER}# For this machine: its kubeconfig, and secrets in files below ${SECRETS_FOLDER}/.\n${spell(config)}`
}

/** Values for the chart. YAML; Secrets are named, and none is in it. */
export function firstValues(wishes: Wishes): string {
  const { argocd, image, webhookHost, home, publicUrl } = wishes
  const api = argocd.api === undefined ? undefined : argocdApi(argocd.api)
  const hosts = ['kedge', `kedge.${home}`, `kedge.${home}.svc`, `kedge.${home}.svc.cluster.local`]
  const values = {
    ...(image && { image: { repository: image.repository, ...(image.tag !== undefined && { tag: image.tag }) } }),
    config: {
      ...policyOf(wishes),
      ...vendorsOf(wishes, inPod),
      clusters: [{ ...clusterOf(wishes), inCluster: true }],
      ...argocdOf(wishes, api),
      server: {
        ...(publicUrl !== undefined && { publicUrl }),
        api: { hosts },
        ...(webhookHost !== undefined && { webhooks: { hosts: [webhookHost] } }),
      },
    },
    ...credentialsOf(wishes),
    ...(argocd.namespace !== 'argocd' && { argocd: { namespace: argocd.namespace } }),
    ...(webhookHost !== undefined && { webhooks: { ingress: { enabled: true, hostname: webhookHost } } }),
  }
  return `${HEADER}# Values for charts/kedge. Secrets are named here, never held.\n${spell(values)}`
}

function spell(document: object): string {
  return stringify(document, { lineWidth: 0 })
}

const HEADER = '# Begun by `kedge init`; docs/configuration.md has every key.\n'

/** The Secrets that the values name, with what has to be in each. */
export function firstSecrets(wishes: Wishes): readonly FirstSecret[] {
  const { forge, channel, argocd } = wishes
  const of = (kind: 'forges' | 'channels', vendor: FirstVendor | undefined): readonly FirstSecret[] =>
    vendor ? [{ id: vendor.id, name: `kedge-${vendor.id}`, files: stepsOf(kind, vendor).secrets(answersFor(wishes, vendor, inPod)) }] : []
  const api =
    argocd.api === undefined
      ? []
      : [
          { name: 'apiToken', holds: 'the token of the account' },
          ...(isOfCluster(argocd.api)
            ? [{ name: 'ca.crt', holds: "Argo CD's own certificate", madeBy: certificateOf(argocd.namespace) }]
            : []),
        ]
  return [
    ...of('forges', forge),
    ...of('channels', channel),
    ...(api.length > 0 ? [{ id: 'argocd', name: 'kedge-argocd', files: api }] : []),
  ]
}

/** What a person does at the forge and at the channel, lines for a terminal. */
export function firstRights(wishes: Wishes): readonly { name: string; lines: readonly string[] }[] {
  const of = (kind: 'forges' | 'channels', vendor: FirstVendor | undefined) =>
    offered(kind)
      .filter(({ id }) => id === vendor?.id)
      .map(({ name, firstSteps }) => ({ name, lines: vendor ? firstSteps.rights(answersFor(wishes, vendor, inPod)) : [] }))
  return [...of('forges', wishes.forge), ...of('channels', wishes.channel)]
}

/** The owner of every repository, where it is one: the first part of the paths. */
export function ownerOf(repositories: readonly string[]): string | undefined {
  const owners = new Set(repositories.map((pattern) => /^(?:[a-z]+:\/\/)?[^/]+\/([^/]+)/i.exec(pattern)?.[1]))
  const [owner] = owners
  return owners.size === 1 && owner !== undefined && /^[\w.-]+$/.test(owner) ? owner : undefined
}

type Place = (vendor: string) => (file: string) => string
const onMachine: Place = (vendor) => (file) => `${SECRETS_FOLDER}/${vendor}/${file}`
const inPod: Place = (vendor) => (file) => `/etc/kedge/${vendor}/${file}`

function answersFor({ webhookHost, repositories }: Wishes, { id, url, signIn }: FirstVendor, place: Place): FirstAnswers {
  const webhookUrl = webhookHost === undefined ? undefined : `https://${webhookHost}/webhooks/${id}`
  return { url, signIn, fileOf: place(id), webhookUrl, owner: ownerOf(repositories) }
}

function stepsOf(kind: 'forges' | 'channels', { id }: FirstVendor): FirstSteps {
  const found = offered(kind).find((manifest) => manifest.id === id)
  if (!found) throw new TypeError(`${id} is not offered`)
  return found.firstSteps
}

function policyOf({ mode, channel, repositories }: Wishes): object {
  return {
    defaults: { mode, ...(channel && { channel: channel.address }) },
    ...(repositories.length > 0 && { allow: { repositories } }),
  }
}

function vendorsOf(wishes: Wishes, place: Place): object {
  const { forge, channel } = wishes
  const entry = (kind: 'forges' | 'channels', vendor: FirstVendor): object => ({
    type: vendor.id,
    ...stepsOf(kind, vendor).entry(answersFor(wishes, vendor, place)),
  })
  return {
    ...(forge && { forges: [entry('forges', forge)] }),
    ...(channel && { channels: [entry('channels', channel)] }),
  }
}

/** The name is one for both files: releases are known by it. */
function clusterOf({ namespaces }: Wishes): object {
  return { name: 'in-cluster', ...(namespaces.length > 0 && { namespaces }) }
}

function argocdOf({ namespaces, argocd }: Wishes, api: object | undefined): object {
  const said = {
    ...(namespaces.length > 0 && { namespaces: [argocd.namespace] }),
    ...(argocd.url !== undefined && { url: argocd.url }),
    ...(api && { api }),
  }
  return Object.keys(said).length > 0 ? { argocd: said } : {}
}

function argocdApi(url: string): object {
  const fileOf = inPod('argocd')
  return { url, tokenFile: fileOf('apiToken'), ...(isOfCluster(url) && { caFile: fileOf('ca.crt') }) }
}

/** Within a cluster Argo CD answers with the certificate that it made for itself. */
function isOfCluster(url: string): boolean {
  return /(?:^[^.]+|\.svc|\.svc\.cluster\.local)$/.test(new URL(url).hostname)
}

function certificateOf(namespace: string): string {
  return `kubectl -n ${namespace} get secret argocd-secret -o 'jsonpath={.data.tls\\.crt}' | base64 -d`
}

function credentialsOf(wishes: Wishes): object {
  const secrets = firstSecrets(wishes)
  return secrets.length === 0 ? {} : { credentials: Object.fromEntries(secrets.map(({ id, name }) => [id, { existingSecret: name }])) }
}
