/** Files of one application, as the GitOps repository holds them. */
export type Files = Record<string, string>

type Json = Record<string, unknown>

export interface RolloutChoice {
  name?: string
  tag: string
  strategy: Json
  /** Beside `template` and `strategy` in the spec. */
  spec?: Json
  /** Annotations of the pod template: changing one changes the template. */
  annotations?: Record<string, string>
}

/** A Rollout of the image registry.example/web. */
export function rollout({ name = 'web', tag, strategy, spec = {}, annotations }: RolloutChoice): string {
  return toYaml({
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'Rollout',
    metadata: { name },
    spec: {
      replicas: 4,
      revisionHistoryLimit: 3,
      selector: { matchLabels: { app: name } },
      template: {
        metadata: { labels: { app: name }, ...(annotations && { annotations }) },
        spec: { containers: [{ name: 'main', image: `registry.example/web:${tag}` }] },
      },
      strategy,
      ...spec,
    },
  })
}

/** A Deployment called web; without replicas Git leaves its size to whoever scales it. */
export function deployment(tag: string, replicas: number | undefined): string {
  const pods = { metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'main', image: `registry.example/web:${tag}` }] } }
  return toYaml({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web' },
    spec: { ...(replicas !== undefined && { replicas }), selector: { matchLabels: { app: 'web' } }, template: pods },
  })
}

const TWO_STEPS: Json = { canary: { steps: [{ setWeight: 25 }, { pause: { duration: '1s' } }] } }

/** A Rollout that takes its template from a Deployment of its name. */
export function rolloutOf(name: string, scaleDown: 'never' | 'onsuccess' | 'progressively'): string {
  return toYaml({
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'Rollout',
    metadata: { name },
    spec: { replicas: 4, workloadRef: { apiVersion: 'apps/v1', kind: 'Deployment', name, scaleDown }, strategy: TWO_STEPS },
  })
}

/** A metric of the web provider, three times, one second apart. */
export function analysisTemplate(url: string, choice: { name?: string; metric?: Json } = {}): string {
  const web = { url, jsonPath: '{$}' }
  const metric = {
    name: 'success-rate',
    interval: '1s',
    count: 3,
    failureLimit: 0,
    successCondition: 'result.value >= 0.95',
    ...choice.metric,
    provider: { web },
  }
  return toYaml({
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'AnalysisTemplate',
    metadata: { name: choice.name ?? 'web' },
    spec: { metrics: [metric] },
  })
}

export function service(name: string, app = 'web'): string {
  return toYaml({ apiVersion: 'v1', kind: 'Service', metadata: { name }, spec: { selector: { app }, ports: [{ port: 80 }] } })
}

export function ingress(name: string, serviceName: string): string {
  const backend = { service: { name: serviceName, port: { number: 80 } } }
  const rules = [{ host: 'web.example', http: { paths: [{ path: '/', pathType: 'Prefix', backend }] } }]
  return toYaml({ apiVersion: 'networking.k8s.io/v1', kind: 'Ingress', metadata: { name }, spec: { ingressClassName: 'nginx', rules } })
}

/** An Istio VirtualService whose route `primary` leads to a stable and a canary Service. */
export function virtualService(name: string, services: { stable: string; canary: string }): string {
  const destination = (host: string, weight: number): Json => ({ destination: { host }, weight })
  const http = [{ name: 'primary', route: [destination(services.stable, 100), destination(services.canary, 0)] }]
  return toYaml({
    apiVersion: 'networking.istio.io/v1alpha3',
    kind: 'VirtualService',
    metadata: { name },
    spec: { hosts: [`${name}.example`], http },
  })
}

/** Canary steps. */
export const setWeight = (weight: number): Json => ({ setWeight: weight })
export const pause = (duration?: string): Json => ({ pause: duration === undefined ? {} : { duration } })
export const analysis = (templateName = 'web'): Json => ({ analysis: { templates: [{ templateName }] } })

/** The FAQ's canary: a quarter, a look at the metrics, a half. */
export const CANARY: Json = { canary: { steps: [setWeight(25), pause('1s'), analysis(), setWeight(50), pause('1s')] } }

/** JSON is YAML; one key a line makes the diffs of pull requests readable. */
function toYaml(object: Json): string {
  return `${JSON.stringify(object, undefined, 2)}\n`
}
