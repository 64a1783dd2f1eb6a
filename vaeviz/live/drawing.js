import { Tool } from "./tool.js";
export class Drawing extends Tool {}
