export type Fields = Readonly<Record<string, unknown>>

/** What the API server puts where nothing is said; it may depend on what is beside it. */
export type Default = string | number | boolean | readonly [] | Fields | ((beside: Fields) => unknown)

/** How one place of a pod template is compared. Most need none: what is written must be what is there. */
export interface Shape {
  fields?: Readonly<Record<string, Shape>>
  /** Of every item of a list, or every value of a map. */
  each?: Shape
  defaults?: Readonly<Record<string, Default>>
  /** Items of a list are found by this field, whatever their order. */
  key?: string
  /** Texts by name: an empty one is as good as any other. */
  names?: true
  /** `image`: the one kind of value that people are shown. */
  scalar?: 'quantity' | 'int-or-string' | 'image'
  /** Items that a controller adds to the list. */
  added?: (item: unknown) => boolean
}

/** The label by which the Rollouts controller tells its ReplicaSets apart. */
export const HASH_LABEL = 'rollouts-pod-template-hash'

/**
 * False and zero of these are kept by the API server, as they are pointers there: unset is not the same. Of all others it drops them.
 * Source: Kubernetes `staging/src/k8s.io/api/core/v1/types.go`.
 */
const KEPT_ZEROS: ReadonlySet<string> = new Set([
  'activeDeadlineSeconds',
  'allowPrivilegeEscalation',
  'automountServiceAccountToken',
  'defaultMode',
  'enableServiceLinks',
  'expirationSeconds',
  'fsGroup',
  'hostProcess',
  'hostUsers',
  'minDomains',
  'mode',
  'optional',
  'priority',
  'privileged',
  'readOnlyRootFilesystem',
  'runAsGroup',
  'runAsNonRoot',
  'runAsUser',
  'setHostnameAsFQDN',
  'shareProcessNamespace',
  'storageClassName',
  'terminationGracePeriodSeconds',
  'tolerationSeconds',
])

/**
 * Whether a field counts as not there: the API server drops what is null, and empty lists, texts and zeros. An empty object says
 * something.
 */
export function isUnset(name: string, value: unknown): boolean {
  if (value === undefined || value === null) return true
  if (Array.isArray(value)) return value.length === 0
  if (value === '' || value === 0 || value === false) return !KEPT_ZEROS.has(name)
  return MAPS.has(name) && isFields(value) && Object.keys(value).length === 0
}

/** Maps that are dropped when they are empty. */
const MAPS: ReadonlySet<string> = new Set(['labels', 'annotations', 'nodeSelector', 'limits', 'requests', 'matchLabels', 'overhead'])

/** Whether a value is a mapping. */
export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** A field of its own; undefined for everything else, such as what all objects inherit. */
export function own<T>(fields: Readonly<Record<string, T>> | undefined, name: string): T | undefined {
  return fields !== undefined && Object.hasOwn(fields, name) ? fields[name] : undefined
}

const LONGEST_IMAGE = 300

/** Whether what stands in the place of an image can be one. */
export function looksLikeImage(value: unknown): value is string {
  return typeof value === 'string' && value.length <= LONGEST_IMAGE && /^[\w][\w.:/@-]*$/.test(value)
}

// Source: Kubernetes `pkg/util/parsers`: no tag and no digest means latest.
function pullPolicy(image: unknown): string {
  const text = typeof image === 'string' ? image : ''
  if (text.includes('@')) return 'IfNotPresent'
  const tag = /:([^/:]*)$/.exec(text)?.[1]
  return tag === undefined || tag === 'latest' ? 'Always' : 'IfNotPresent'
}

const IMAGE: Shape = { scalar: 'image' }
const QUANTITIES: Shape = { each: { scalar: 'quantity' } }
const RESOURCES: Shape = { fields: { limits: QUANTITIES, requests: QUANTITIES } }
const HTTP_GET: Shape = { defaults: { path: '/', scheme: 'HTTP' }, fields: { port: { scalar: 'int-or-string' } } }
const TCP_SOCKET: Shape = { fields: { port: { scalar: 'int-or-string' } } }
const HANDLER: Shape = { fields: { httpGet: HTTP_GET, tcpSocket: TCP_SOCKET } }
const PROBE: Shape = {
  defaults: { timeoutSeconds: 1, periodSeconds: 10, successThreshold: 1, failureThreshold: 3 },
  fields: { httpGet: HTTP_GET, tcpSocket: TCP_SOCKET, grpc: { defaults: { service: '' } } },
}
const FIELD_REF: Shape = { defaults: { apiVersion: 'v1' } }
const RESOURCE_FIELD_REF: Shape = { defaults: { divisor: '0' }, fields: { divisor: { scalar: 'quantity' } } }
const CONTAINER: Shape = {
  defaults: {
    imagePullPolicy: (beside: Fields) => pullPolicy(beside['image']),
    terminationMessagePath: '/dev/termination-log',
    terminationMessagePolicy: 'File',
    resources: {},
  },
  fields: {
    image: IMAGE,
    resources: RESOURCES,
    livenessProbe: PROBE,
    readinessProbe: PROBE,
    startupProbe: PROBE,
    lifecycle: { fields: { postStart: HANDLER, preStop: HANDLER } },
    ports: { each: { defaults: { protocol: 'TCP' } } },
    env: {
      key: 'name',
      each: {
        fields: {
          valueFrom: {
            fields: { fieldRef: FIELD_REF, resourceFieldRef: RESOURCE_FIELD_REF, fileKeyRef: { defaults: { optional: false } } },
          },
        },
      },
    },
  },
}
const DOWNWARD_ITEMS: Shape = { each: { fields: { fieldRef: FIELD_REF, resourceFieldRef: RESOURCE_FIELD_REF } } }
const MODE = { defaultMode: 0o644 }
const VOLUME: Shape = {
  // A volume of which nothing is said is an empty folder.
  defaults: {
    emptyDir: (beside: Fields) => (Object.keys(beside).some((name) => name !== 'name' && beside[name] !== null) ? undefined : {}),
  },
  fields: {
    emptyDir: { fields: { sizeLimit: { scalar: 'quantity' } } },
    secret: { defaults: MODE },
    configMap: { defaults: MODE },
    downwardAPI: { defaults: MODE, fields: { items: DOWNWARD_ITEMS } },
    projected: {
      defaults: MODE,
      fields: {
        sources: {
          each: {
            fields: { downwardAPI: { fields: { items: DOWNWARD_ITEMS } }, serviceAccountToken: { defaults: { expirationSeconds: 3600 } } },
          },
        },
      },
    },
    image: { defaults: { pullPolicy: (beside: Fields) => pullPolicy(beside['reference']) }, fields: { reference: IMAGE } },
    iscsi: { defaults: { iscsiInterface: 'default' } },
    rbd: { defaults: { pool: 'rbd', user: 'admin', keyring: '/etc/ceph/keyring' } },
    azureDisk: { defaults: { cachingMode: 'ReadWrite', fsType: 'ext4', readOnly: false, kind: 'Shared' } },
    scaleIO: { defaults: { storageMode: 'ThinProvisioned', fsType: 'xfs' } },
    ephemeral: {
      fields: {
        volumeClaimTemplate: {
          defaults: { metadata: {} },
          fields: { metadata: {}, spec: { defaults: { volumeMode: 'Filesystem', resources: {} }, fields: { resources: RESOURCES } } },
        },
      },
    },
  },
}

// `antiAffinity` of a strategy keeps N+1's pods off the nodes of N's. Source: argo-rollouts `utils/replicaset/replicaset.go`.
function namesReplicaSet(term: unknown): boolean {
  const selector = isFields(term) ? own(term, 'labelSelector') : undefined
  const expressions = isFields(selector) ? own(selector, 'matchExpressions') : undefined
  return Array.isArray(expressions) && expressions.length === 1 && isFields(expressions[0]) && own(expressions[0], 'key') === HASH_LABEL
}

const ANTI_AFFINITY: Shape = {
  defaults: { requiredDuringSchedulingIgnoredDuringExecution: [], preferredDuringSchedulingIgnoredDuringExecution: [] },
  fields: {
    requiredDuringSchedulingIgnoredDuringExecution: { added: namesReplicaSet },
    preferredDuringSchedulingIgnoredDuringExecution: { added: (item) => isFields(item) && namesReplicaSet(own(item, 'podAffinityTerm')) },
  },
}

/**
 * A pod template as the API server keeps it. Defaults: Kubernetes 1.36 `pkg/apis/core/v1/defaults.go` and `zz_generated.defaults.go`
 * (SetObjectDefaults_PodTemplate). Those of a pod alone (requests after limits, `enableServiceLinks`) are in no template.
 */
export const POD_TEMPLATE: Shape = {
  defaults: { metadata: {}, spec: {} },
  fields: {
    metadata: { fields: { labels: { names: true }, annotations: { names: true } } },
    spec: {
      defaults: {
        dnsPolicy: 'ClusterFirst',
        restartPolicy: 'Always',
        schedulerName: 'default-scheduler',
        securityContext: {},
        terminationGracePeriodSeconds: 30,
        affinity: {},
        serviceAccount: (beside: Fields) => beside['serviceAccountName'],
        serviceAccountName: (beside: Fields) => beside['serviceAccount'],
      },
      fields: {
        affinity: { defaults: { podAntiAffinity: {} }, fields: { podAntiAffinity: ANTI_AFFINITY } },
        containers: { key: 'name', each: CONTAINER },
        initContainers: { each: CONTAINER },
        nodeSelector: { names: true },
        overhead: QUANTITIES,
        resources: RESOURCES,
        volumes: { each: VOLUME },
      },
    },
  },
}
