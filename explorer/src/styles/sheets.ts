/**
 * Style elements without inline styles: libraries make `<style>` elements, which the page's
 * Content-Security-Policy refuses. They get an element that adopts a constructed sheet instead.
 */

class SheetElement extends HTMLElement {
  readonly sheet = new CSSStyleSheet();
  private readonly changes = new MutationObserver(() => this.read());

  connectedCallback(): void {
    this.hidden = true;
    this.read();
    this.root().adoptedStyleSheets.push(this.sheet);
    this.changes.observe(this, { childList: true, characterData: true, subtree: true });
  }

  disconnectedCallback(): void {
    this.changes.disconnect();
    for (const root of [document, this.root()]) {
      root.adoptedStyleSheets = root.adoptedStyleSheets.filter((sheet) => sheet !== this.sheet);
    }
  }

  private root(): Document | ShadowRoot {
    const root = this.getRootNode();
    return root instanceof ShadowRoot ? root : document;
  }

  private read(): void {
    if (this.textContent) {
      this.sheet.replaceSync(this.textContent);
    }
  }
}

export function adoptStyleElements(): void {
  customElements.define("adopted-sheet", SheetElement);
  const createElement = Document.prototype.createElement;
  Document.prototype.createElement = function (this: Document, name: string, options?: ElementCreationOptions) {
    return createElement.call(this, name.toLowerCase() === "style" ? "adopted-sheet" : name, options);
  } as typeof createElement;
}
