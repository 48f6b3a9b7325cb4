// What Argo CD's page offers its extensions (argo-cd `ui/src/app/index.tsx`, `shared/services/extensions-service.ts`), as far as it is
// used.

/** A thing that React can draw. Texts are escaped by it. */
export type Node = string | null | Element | readonly Node[]
export type Element = { readonly brand: 'element' }
export type Style = Readonly<Record<string, string | number>>

/** `React.createElement`. */
export interface Draw {
  (what: string, props: Readonly<Record<string, unknown>> | null, ...children: readonly Node[]): Element
}

export interface React {
  readonly createElement: Draw
  useState<T>(first: T): [T, (next: T) => void]
  useEffect(effect: () => (() => void) | undefined, unless: readonly unknown[]): void
}

/** Only what is looked at of an Application and of a resource. */
export interface KubeObject {
  readonly metadata?: { readonly name?: string; readonly namespace?: string; readonly uid?: string }
  readonly spec?: { readonly project?: string }
}

export interface ResourceTabProps {
  readonly application: KubeObject
  readonly resource: KubeObject
}

export interface StatusPanelProps {
  readonly application: KubeObject
  readonly openFlyout: () => void
}

/** The globals of Argo CD's page. */
export interface Host {
  readonly React: React
  readonly extensionsAPI: {
    registerResourceExtension(
      component: (props: ResourceTabProps) => Node,
      group: string,
      kind: string,
      title: string,
      options: { icon: string },
    ): void
    registerStatusPanelExtension(
      component: (props: StatusPanelProps) => Node,
      title: string,
      id: string,
      flyout: (props: { readonly application: KubeObject }) => Node,
    ): void
  }
  readonly document: { readonly baseURI: string }
  fetch(
    url: string,
    options: { headers: Readonly<Record<string, string>>; signal: AbortSignal },
  ): Promise<{ readonly ok: boolean; readonly status: number; json(): Promise<unknown> }>
  setInterval(run: () => void, milliseconds: number): unknown
  clearInterval(timer: unknown): void
}
