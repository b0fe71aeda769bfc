// One panel on the page: its title, its buttons, its canvas, which is drawn when a signal it read has changed.

import { effect, signal, useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { canvasPen } from "../draw/canvas.ts";
import type { Size } from "../draw/frame.ts";
import type { Theme } from "../draw/theme.ts";
import type { Panel, Pointer } from "../panels/panel.ts";
import type { Scene } from "../state/scene.ts";
import { schedule } from "./schedule.ts";
import { SaveMenu } from "./save_menu.tsx";
import { TableView } from "./table_view.tsx";
import { useTheme } from "../elements/theme_context.ts";

interface Props {
  panel: Panel;
  scene: Scene;
}

export function PanelView({ panel, scene }: Props) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const size = useSignal<Size>({ width: 0, height: 0 });
  const shown = useSignal(false);
  const theme = useTheme();

  useEffect(() => {
    const element = canvas.current;
    if (!element?.parentElement) return;
    const holder = element.parentElement;
    const resized = (width: number) => {
      const height = Math.round(panel.height?.(width, scene) ?? 300);
      if (width !== size.peek().width || height !== size.peek().height) size.value = { width, height };
    };
    const watcher = new ResizeObserver(() => resized(Math.floor(holder.clientWidth)));
    watcher.observe(holder);
    const visible = signal(true);
    const looking = new IntersectionObserver((entries) => {
      visible.value = entries.at(-1)?.isIntersecting ?? true;
    });
    looking.observe(holder);
    resized(Math.floor(holder.clientWidth));
    // A height that follows the view; to ask for the width again would lay out the page in the middle of a frame.
    const resize = effect(() => resized(size.value.width));
    const draw = () => paint(element, panel, size.value, scene, theme.value);
    const stop = schedule(draw, visible);
    return () => {
      watcher.disconnect();
      looking.disconnect();
      resize();
      stop();
    };
  }, [panel, scene]);

  const pointer = (kind: Pointer["kind"]) => (event: MouseEvent) => {
    const found = toPointer(kind, event, canvas.current as HTMLCanvasElement);
    if (kind === "down") capture(event);
    if (panel.pointer?.(found, size.peek(), scene)) event.preventDefault();
    if (panel.cursor && canvas.current) canvas.current.style.cursor = panel.cursor(found, size.peek(), scene);
  };
  useEffect(() => {
    // Not passive, so that a wheel over a picture that zooms does not scroll the page.
    const element = canvas.current;
    const wheel = pointer("wheel");
    element?.addEventListener("wheel", wheel, { passive: false });
    return () => element?.removeEventListener("wheel", wheel);
  }, [panel, scene]);

  return (
    <section class="nw-panel" data-panel={panel.id} aria-label={panel.title}>
      <header class="nw-bar">
        <h2>{panel.title}</h2>
        <span class="nw-tools">
          <button type="button" aria-pressed={shown.value} onClick={() => (shown.value = !shown.value)}>
            Table
          </button>
          <SaveMenu panel={panel} scene={scene} size={size} />
        </span>
      </header>
      {panel.controls && <panel.controls scene={scene} />}
      {panel.draw && (
        <div class="nw-holder">
          <canvas
            ref={canvas}
            tabIndex={0}
            role="img"
            onPointerDown={pointer("down")}
            onPointerMove={pointer("move")}
            onPointerUp={pointer("up")}
            onPointerCancel={pointer("leave")}
            onPointerLeave={pointer("leave")}
            onDblClick={pointer("double")}
            onKeyDown={(event) => {
              if (panel.key?.(event, size.peek(), scene)) event.preventDefault();
            }}
          />
        </div>
      )}
      {panel.body && <panel.body scene={scene} />}
      {panel.below && <panel.below scene={scene} />}
      {shown.value && <TableView panel={panel} scene={scene} />}
    </section>
  );
}

let ready = false; // whether there was a first picture, which is when a page counts as ready

function paint(element: HTMLCanvasElement, panel: Panel, size: Size, scene: Scene, theme: Theme): void {
  if (size.width <= 0) return;
  const ratio = Math.min(3, globalThis.devicePixelRatio || 1);
  const width = Math.round(size.width * ratio);
  const height = Math.round(size.height * ratio);
  if (element.width !== width || element.height !== height) {
    element.width = width;
    element.height = height;
    element.style.width = `${size.width}px`;
    element.style.height = `${size.height}px`;
  }
  const context = element.getContext("2d", { alpha: false });
  if (!context) return;
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.fillStyle = theme.paper;
  context.fillRect(0, 0, size.width, size.height);
  panel.draw?.(canvasPen(context), size, scene, theme);
  element.setAttribute("aria-label", panel.describe(scene));
  if (!ready) performance.mark("nodewise-ready");
  ready = true;
}

function capture(event: MouseEvent): void {
  if (event instanceof PointerEvent) (event.currentTarget as Element).setPointerCapture(event.pointerId);
}

function toPointer(kind: Pointer["kind"], event: MouseEvent, canvas: HTMLCanvasElement): Pointer {
  const corner = canvas.getBoundingClientRect();
  return {
    kind,
    x: event.clientX - corner.left,
    y: event.clientY - corner.top,
    held: (event.buttons & 1) === 1,
    turn: event instanceof WheelEvent ? event.deltaY : 0,
    shift: event.shiftKey,
  };
}
