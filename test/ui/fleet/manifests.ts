import type { KubeObject } from '../../../src/simulator/kubernetes/object.ts'
import { REPO_URL } from './world.ts'

/** In YAML; `analysis` is the service's own. */
type Step = string

/** One service of the fleet, as people keep it in Git. */
export interface App {
  name: string
  namespace: string
  image: string
  steps: readonly Step[]
}

/** `spec.strategy.canary.steps` as most have them: a little of the traffic is measured, then more and more get it. */
const USUAL: readonly Step[] = [
  'setWeight: 5',
  'pause: {duration: 2m}',
  'analysis',
  'setWeight: 20',
  'pause: {duration: 5m}',
  'setWeight: 50',
  'pause: {duration: 5m}',
]

/** One with the fleet's usual steps. */
export function anApp(name: string, more: Partial<App> = {}): App {
  return { name, namespace: 'shop', image: `registry.example/${name}`, steps: USUAL, ...more }
}

/** Its files at a version. `features`: the value of a variable in its pod template. */
export function filesOf({ name, image, steps }: App, version: string, features = 'basket'): Record<string, string> {
  const own = `analysis: {templates: [{templateName: ${name}-success-rate}]}`
  return {
    [`apps/${name}/rollout.yaml`]: `apiVersion: argoproj.io/v1alpha1
kind: Rollout
metadata:
  name: ${name}
spec:
  replicas: 5
  selector:
    matchLabels: {app: ${name}}
  template:
    metadata:
      labels: {app: ${name}}
    spec:
      containers:
        - name: ${name}
          image: ${image}:${version}
          env:
            - {name: FEATURES, value: "${features}"}
  strategy:
    canary:
      canaryService: ${name}-canary
      stableService: ${name}
      trafficRouting: {nginx: {stableIngress: ${name}}}
      steps:
${steps.map((step) => `        - ${step === 'analysis' ? own : step}`).join('\n')}
`,
    [`apps/${name}/analysis.yaml`]: `apiVersion: argoproj.io/v1alpha1
kind: AnalysisTemplate
metadata:
  name: ${name}-success-rate
spec:
  metrics:
    - name: success-rate
      interval: 30s
      count: 8
      failureLimit: 2
      successCondition: result[0] >= 0.95
      provider:
        prometheus:
          address: http://prometheus.example
          query: sum(rate(http_requests_total{app="${name}",code!~"5.."}[1m])) / sum(rate(http_requests_total{app="${name}"}[1m]))
`,
  }
}

/** The Application that brings its folder to the cluster. */
export function applicationOf({ name, namespace }: App): KubeObject {
  return {
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'Application',
    metadata: { name, namespace: 'argocd' },
    spec: {
      project: namespace,
      source: { repoURL: REPO_URL, path: `apps/${name}`, targetRevision: 'main' },
      destination: { namespace, server: 'https://kubernetes.default.svc' },
      syncPolicy: { automated: { prune: true, selfHeal: true } },
    },
  }
}
