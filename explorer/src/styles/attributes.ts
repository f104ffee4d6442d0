/**
 * Style attributes without inline styles: Monaco writes its lines as HTML with `style="…"`, which the page's
 * Content-Security-Policy refuses. The same declarations are allowed when a script sets them one element at a time.
 */

const STYLE_OF_A_TAG = /(<[a-z][^<>]*?\s)style=/gi;
const KEPT = "data-kept-style";

function keep(html: string): string {
  return html.replace(STYLE_OF_A_TAG, `$1${KEPT}=`);
}

function apply(root: ParentNode): void {
  for (const element of root.querySelectorAll<HTMLElement>(`[${KEPT}]`)) {
    element.style.cssText = element.getAttribute(KEPT) ?? "";
    element.removeAttribute(KEPT);
  }
}

export function setStyleAttributesByScript(): void {
  const property = Object.getOwnPropertyDescriptor(Element.prototype, "innerHTML")!;
  Object.defineProperty(Element.prototype, "innerHTML", {
    ...property,
    set(this: Element, html: string) {
      property.set!.call(this, keep(String(html)));
      apply(this);
    },
  });

  const insert = Element.prototype.insertAdjacentHTML;
  Element.prototype.insertAdjacentHTML = function (position, html) {
    insert.call(this, position, keep(String(html)));
    apply(this.parentNode ?? this);
  };
}
