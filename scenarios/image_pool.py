"""All images of a directory

The main process paints the images, then a pool makes a thumbnail of each: decode, smooth,
shrink, encode. Whichever worker is done takes the next file, and the progress arrives one
by one. The images become larger and larger: in the end one worker has work left, and the
others are idle.
"""

import sys
from multiprocessing import Pool
from pathlib import Path
from tempfile import TemporaryDirectory

try:
    from PIL import Image, ImageFilter
except ImportError:
    sys.exit("image_pool needs Pillow: pip install pillow")


def paint(path, size):
    small = Image.effect_mandelbrot((64, 64), (-2, -1.5, 1, 1.5), 20)
    small.resize((size, size)).save(path, compress_level=1)


def make_thumbnail(path):
    with Image.open(path) as image:
        thumbnail = image.filter(ImageFilter.MedianFilter(5))
        thumbnail.thumbnail((128, 128))
        thumbnail.save(path.with_suffix(".jpg"))


def main(processes: int = 4, images: int = 12, size: int = 150):
    with TemporaryDirectory() as folder:
        for i in range(1, images + 1):
            paint(Path(folder, f"{i:03}.png"), i * size)
        paths = sorted(Path(folder).glob("*.png"))
        with Pool(processes=processes) as pool:
            for done, _ in enumerate(pool.imap_unordered(make_thumbnail, paths), 1):
                print(f"{done} of {images} done")


if __name__ == "__main__":
    main()
